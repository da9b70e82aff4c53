#include "base/interrupt.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace e2e {
namespace {

std::atomic<Interrupt*> g_installed{nullptr};
struct sigaction g_former_int;
struct sigaction g_former_term;
struct sigaction g_former_pipe;

}  // namespace

Interrupt::Interrupt() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Interrupt::~Interrupt() {
  if (installed_) {
    g_installed = nullptr;
    sigaction(SIGINT, &g_former_int, nullptr);
    sigaction(SIGTERM, &g_former_term, nullptr);
    sigaction(SIGPIPE, &g_former_pipe, nullptr);
  }
}

void Interrupt::Install() {
  g_installed = this;
  installed_ = true;
  struct sigaction action {};
  action.sa_handler = &Interrupt::OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &g_former_int);
  sigaction(SIGTERM, &action, &g_former_term);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &g_former_pipe);
}

void Interrupt::OnSignal(int) {
  Interrupt* self = g_installed;
  if (self == nullptr) return;
  if (self->seen_.exchange(true)) _exit(130);
  const int interrupted_errno = errno;
  self->Request();
  errno = interrupted_errno;
}

// Async-signal-safe: an atomic store and one write.
void Interrupt::Request() {
  requested_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(fd_.get(), &one, sizeof one);
}

void Interrupt::Acknowledge() {
  requested_ = false;
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t read_bytes = read(fd_.get(), &count, sizeof count);
}

}  // namespace e2e
