#include "steps/ack_events.h"

#include <nlohmann/json.hpp>

#include "steps/latency_event.h"

namespace e2e {
namespace {

constexpr Duration kEvery{1'000};

}  // namespace

AckEvents::~AckEvents() {
  TellLatencies(events_, protocol_ + " acknowledgement", took_);
}

void AckEvents::Count(const AckCounts& all, TimePoint now) {
  if (from_ == TimePoint{}) from_ = now;
  if (now - from_ >= kEvery) End(all, now);
}

void AckEvents::End(const AckCounts& all, TimePoint now) {
  const std::size_t before = told_.acknowledged + told_.refused + told_.unknown + told_.unreachable;
  if (all.acknowledged + all.refused + all.unknown + all.unreachable > before) {
    events_.Tell("mail", {{"traffic", traffic_},
                          {"protocol", protocol_},
                          {"acknowledged", all.acknowledged - told_.acknowledged},
                          {"refused", all.refused - told_.refused},
                          {"unknown", all.unknown - told_.unknown},
                          {"unreachable", all.unreachable - told_.unreachable},
                          {"from", Moment(from_ == TimePoint{} ? now : from_)}});
  }
  told_ = all;
  from_ = now;
}

}  // namespace e2e
