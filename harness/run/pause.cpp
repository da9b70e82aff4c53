#include "run/pause.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "run/scenario_log.h"

namespace e2e {

void PauseForEnter(const std::string& text, const Interrupt& interrupt) {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return;
  std::fputs((kClearLine + text).c_str(), stderr);
  pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                  {.fd = interrupt.Fd(), .events = POLLIN, .revents = 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
  if (fds[0].revents == 0) return;
  for (char c = 0; read(STDIN_FILENO, &c, 1) == 1 && c != '\n';) {
  }
}

}  // namespace e2e
