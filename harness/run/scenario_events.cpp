#include "run/scenario_events.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "run/result_json.h"
#include "steps/variables.h"

namespace e2e {
namespace {

using nlohmann::json;

void Clean(json& value, const std::vector<std::string>& secrets) {
  if (value.is_string()) value = Redact(value.get_ref<const std::string&>(), secrets);
  if (!value.is_structured()) return;
  for (json& part : value) Clean(part, secrets);
}

}  // namespace

void ScenarioEvents::Tell(std::string_view event, const json& fields) noexcept {
  try {
    std::vector<std::string> secrets;
    {
      const std::lock_guard lock(mutex_);
      if (world_ != nullptr && std::this_thread::get_id() == owner_) secrets_ = SecretsOf(*world_);
      secrets = secrets_;
    }
    json clean = fields;
    Clean(clean, secrets);
    to_.Tell(event, clean);
  } catch (const std::exception&) {
    // Without memory for it there is no event.
  }
}

void TellEnd(const ScenarioResult& result, int round) {
  ProcessEvents().Tell(
      "scenario.end",
      {{"scenario", result.id}, {"round", round}, {"verdict", Name(result.verdict)}, {"result", ToJson(result)}});
}

void EventWaits::Pending(const PendingWait& wait) {
  if (told_.start == wait.start && told_.what == wait.what && told_.reason == wait.reason) return;
  told_ = wait;
  events_.Tell(
      "wait",
      {{"what", wait.what}, {"reason", wait.reason}, {"from", Moment(wait.start)}, {"limit", Moment(wait.limit)}});
}

void EventWaits::Over() {
  events_.Tell("wait.end", {{"what", told_.what}, {"from", Moment(told_.start)}});
  told_ = {};
}

}  // namespace e2e
