#include "base/event_sink.h"

#include <nlohmann/json.hpp>

#include <atomic>

namespace e2e {
namespace {

class NoEvents : public EventSink {
 public:
  void Tell(std::string_view, const nlohmann::json&) noexcept override {}
};

NoEvents g_none;
std::atomic<EventSink*> g_sink{&g_none};

}  // namespace

EventSink& ProcessEvents() {
  return *g_sink.load();
}
bool EventsAreKept() {
  return g_sink.load() != &g_none;
}

UseEvents::UseEvents(EventSink& sink) : before_(g_sink.exchange(&sink)) {}
UseEvents::~UseEvents() {
  g_sink.store(before_);
}

}  // namespace e2e
