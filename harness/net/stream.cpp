#include "net/stream.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/descriptor.h"
#include "net/tls_session.h"

namespace e2e {

struct Stream::State {
  State(Endpoint where, const Clock& clock_in, const Interrupt& interrupt_in)
      : endpoint(std::move(where)), clock(clock_in), interrupt(interrupt_in) {}

  void Close() {
    tls.reset();
    fd.Close();
  }
  // Until the socket is ready for `events`.
  Status Wait(short events, Deadline deadline, std::string_view what) const;
  IoStep ReadStep(char* buffer, std::size_t size);
  IoStep WriteStep(std::string_view bytes);
  Error Lost(std::string_view what, const std::string& why) const {
    return Error(ErrorKind::kTransport, fmt::format("{} {}: {}", what, endpoint.Text(), why));
  }

  Endpoint endpoint;
  const Clock& clock;
  const Interrupt& interrupt;
  Descriptor fd;
  // Destroyed before the socket that it uses.
  std::unique_ptr<TlsSession> tls;
};

namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

IoStep FromErrno(ssize_t result) {
  if (result > 0) return {IoStep::Kind::kBytes, static_cast<std::size_t>(result), ""};
  if (result == 0) return {IoStep::Kind::kEof, 0, ""};
  if (errno == EAGAIN || errno == EINTR) return {IoStep::Kind::kWouldBlock, 0, ""};
  return {IoStep::Kind::kLost, 0, std::strerror(errno)};
}

constexpr const char* kHint = "; is the server listening, and does the port mapping lead to it?";

}  // namespace

Status Stream::State::Wait(short events, Deadline deadline, std::string_view what) const {
  const TimePoint start = clock.Now();
  while (true) {
    if (interrupt.Requested()) {
      return Error(ErrorKind::kInterrupted, fmt::format("{} {} stopped on request", what, endpoint.Text()));
    }
    const auto left = std::min(deadline.Left(clock) + Duration(1), Duration(1000));
    pollfd ready[] = {{fd.get(), events, 0}, {interrupt.Fd(), POLLIN, 0}};
    poll(ready, 2, static_cast<int>(deadline.Passed(clock) ? 0 : left.count()));
    if (ready[0].revents != 0) return Status();
    if (deadline.Passed(clock)) {
      const auto spent = std::chrono::duration_cast<Duration>(clock.Now() - start);
      return Error(ErrorKind::kTimeout, fmt::format("{} {} timed out after {}", what, endpoint.Text(), Text(spent)));
    }
  }
}

IoStep Stream::State::ReadStep(char* buffer, std::size_t size) {
  return tls ? tls->Read(buffer, size) : FromErrno(recv(fd.get(), buffer, size, 0));
}

IoStep Stream::State::WriteStep(std::string_view bytes) {
  if (tls) return tls->Write(bytes.data(), bytes.size());
  return FromErrno(send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

Stream::Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

Outcome<Stream> Stream::Connect(const Endpoint& endpoint, const Clock& clock, const Interrupt& interrupt,
                                Deadline deadline) {
  auto state = std::make_unique<State>(endpoint, clock, interrupt);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(endpoint.address.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (failure != 0) return state->Lost("finding the address of", gai_strerror(failure));
  const std::unique_ptr<addrinfo, FreeAddresses> address(found);
  state->fd = Descriptor(socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!state->fd.open()) return Error(ErrorKind::kInfra, fmt::format("opening a socket: {}", std::strerror(errno)));
  // Dialogues send small commands and wait for the answer; delaying them would only cost time.
  const int on = 1;
  setsockopt(state->fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(state->fd.get(), address->ai_addr, address->ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return state->Lost("connecting to", std::strerror(errno) + std::string(kHint));
    E2E_CHECK(state->Wait(POLLOUT, deadline, "connecting to"), "reaching " + endpoint.host);
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(state->fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return state->Lost("connecting to", std::strerror(error) + std::string(kHint));
  }
  return Stream(std::move(state));
}

Status Stream::StartTls(const TlsTrust& trust, Deadline deadline) {
  E2E_TRY(state_->tls,
          TlsSession::Handshake(state_->fd.get(), state_->endpoint, trust, state_->clock, state_->interrupt, deadline),
          "securing the connection");
  return Status();
}

Status Stream::Write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (!open()) return state_->Lost("writing to", "the connection was closed on this side");
    const IoStep step = state_->WriteStep(bytes);
    if (step.kind == IoStep::Kind::kLost) return state_->Lost("writing to", step.why);
    if (step.kind == IoStep::Kind::kBytes) bytes.remove_prefix(step.bytes);
    if (!bytes.empty()) E2E_CHECK(state_->Wait(POLLOUT, deadline, "writing to"), "sending");
  }
  return Status();
}

Outcome<std::size_t> Stream::Read(char* buffer, std::size_t size, Deadline deadline) {
  while (true) {
    E2E_TRY(const auto bytes, TryRead(buffer, size), "receiving");
    if (bytes) return *bytes;
    E2E_CHECK(state_->Wait(POLLIN, deadline, "reading from"), "receiving");
  }
}

Outcome<std::optional<std::size_t>> Stream::TryRead(char* buffer, std::size_t size) {
  if (!open()) return state_->Lost("reading from", "the connection was closed on this side");
  const IoStep step = state_->ReadStep(buffer, size);
  switch (step.kind) {
    case IoStep::Kind::kBytes: return std::optional<std::size_t>(step.bytes);
    case IoStep::Kind::kEof: return std::optional<std::size_t>(0);
    case IoStep::Kind::kWouldBlock: return std::optional<std::size_t>();
    case IoStep::Kind::kLost: break;
  }
  return state_->Lost("reading from", step.why);
}

void Stream::Close() {
  state_->Close();
}
bool Stream::open() const {
  return state_->fd.open();
}
bool Stream::secure() const {
  return state_->tls != nullptr;
}
const Endpoint& Stream::endpoint() const {
  return state_->endpoint;
}

}  // namespace e2e
