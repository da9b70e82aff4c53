#include "run/event_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "run/page/embedded.h"

namespace e2e {

using nlohmann::json;

std::string_view EventsSchema() {
  return kEventsSchema;
}

EventFile::EventFile(const std::filesystem::path& path, const Clock& clock, json about)
    : clock_(clock),
      about_(std::move(about)),
      fd_(open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644)) {}

void EventFile::Tell(std::string_view event, const json& fields) noexcept {
  try {
    json object = about_;
    object.update(fields);
    object["event"] = event;
    object["at"] = Rfc3339(clock_.WallNow());
    object["t"] = Moment(clock_.Now());
    const std::string line = object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    if (write(fd_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size())) return;
  } catch (const std::exception&) {
    // Counted below, as one that the disk did not take.
  }
  ++lost_;
}

}  // namespace e2e
