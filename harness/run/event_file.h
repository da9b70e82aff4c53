// EventFile: a run's events.jsonl. Several processes and threads write it at once.
#pragma once

#include <nlohmann/json.hpp>

#include <atomic>
#include <filesystem>
#include <string_view>

#include "base/descriptor.h"
#include "base/event_sink.h"

namespace e2e {

inline constexpr const char* kEventFile = "events.jsonl";
// Goes up when a reader of the older form would misread the newer one.
inline constexpr int kEventSchema = 1;

// The JSON Schema of a line, as text.
std::string_view EventsSchema();

// Each event is one line and one write(2) at the file's end, so that lines never mix and a killed process leaves all
// that it had told.
class EventFile : public EventSink {
 public:
  // `about` is an object whose fields every event gets. A file that can't be opened or written shows in Lost(). `clock`
  // must outlive it.
  EventFile(const std::filesystem::path& path, const Clock& clock, nlohmann::json about = nlohmann::json::object());
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  void Tell(std::string_view event, const nlohmann::json& fields) noexcept override;
  // Events that are not in the file.
  std::size_t Lost() const { return lost_; }

 private:
  const Clock& clock_;
  const nlohmann::json about_;
  const Descriptor fd_;
  std::atomic<std::size_t> lost_{0};
};

}  // namespace e2e
