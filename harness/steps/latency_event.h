// The event `latency`: how long operations of one sort took.
#pragma once

#include <string>

#include "base/event_sink.h"
#include "base/latencies.h"

namespace e2e {

// `of` says what took so long: "smtp greeting". Nothing is told where nothing was counted.
void TellLatencies(EventSink& events, const std::string& of, const Latencies& latencies);

}  // namespace e2e
