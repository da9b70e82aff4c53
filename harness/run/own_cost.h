// The event `cost`: what this process itself has needed so far, without the programs that it started.
#pragma once

#include <string_view>

#include "base/event_sink.h"

namespace e2e {

// `process` says which one it is: "run" or "worker". CPU time and peak memory are what getrusage(2) says of it.
void TellOwnCost(EventSink& events, std::string_view process);

}  // namespace e2e
