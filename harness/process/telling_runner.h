// TellingRunner: a runner whose commands become events of the run.
#pragma once

#include "base/clock.h"
#include "base/event_sink.h"
#include "process/command.h"

namespace e2e {

// Tells `command` when one has ended: the program's name, the two words behind it, its time and how it ended. More of
// a command may be secret. The references outlive it.
class TellingRunner : public CommandRunner {
 public:
  TellingRunner(CommandRunner& runner, const Clock& clock, EventSink& events)
      : runner_(runner), clock_(clock), events_(events) {}

  Outcome<CommandResult> Run(const Command& command, Deadline deadline) override;

 private:
  CommandRunner& runner_;
  const Clock& clock_;
  EventSink& events_;
};

}  // namespace e2e
