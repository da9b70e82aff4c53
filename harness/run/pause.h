// Pause: lets a person look at a failure before it is cleaned away.
#pragma once

#include <string>

#include "base/interrupt.h"

namespace e2e {

// Shows `text` on stderr and waits for Enter, the end of the input or an interrupt. Where nobody sits, that is, unless
// both stdin and stderr are a terminal, nothing happens.
void PauseForEnter(const std::string& text, const Interrupt& interrupt);

}  // namespace e2e
