#include "net/port_sampler.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace e2e {
namespace {

// Closed when it could not even begin.
Descriptor Dial(const Endpoint& endpoint) {
  Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  inet_pton(AF_INET, endpoint.address.c_str(), &address.sin_addr);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  if (fd.open() && connect(fd.get(), to, sizeof address) != 0 && errno != EINPROGRESS) fd.Close();
  return fd;
}

bool Failed(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0;
}

Duration Between(TimePoint from, TimePoint to) {
  return std::chrono::duration_cast<Duration>(to - from);
}

}  // namespace

std::string_view Name(SampleEnd end) {
  switch (end) {
    case SampleEnd::kGood: return "good";
    case SampleEnd::kRefused: return "refused";
    case SampleEnd::kClosed: return "closed";
    case SampleEnd::kSilent: return "silent";
    case SampleEnd::kWrong: return "wrong";
  }
  return "unknown";
}

void PortSampler::Run(const Clock& clock, const Interrupt& interrupt,
                      const std::function<void(const Sample&)>& on_sample) {
  next_.assign(ports_.size(), clock.Now());
  while (!interrupt.Requested()) {
    BeginDue(clock);
    std::vector<pollfd> ready{{interrupt.Fd(), POLLIN, 0}};
    for (const Flight& flight : flights_) {
      ready.push_back({flight.fd.get(), static_cast<short>(flight.connected ? POLLIN : POLLOUT), 0});
    }
    poll(ready.data(), ready.size(), WaitTime(clock.Now()));
    for (std::size_t i = 0; i < flights_.size(); ++i) {
      if (ready[i + 1].revents == 0 || !Advance(flights_[i])) continue;
      ended_.push_back(std::exchange(flights_[i], Flight{}));
    }
    EndExpired(clock.Now());
    HandOver(clock.Now(), on_sample);
  }
}

void PortSampler::BeginDue(const Clock& clock) {
  const TimePoint now = clock.Now();
  for (std::size_t port = 0; port < ports_.size(); ++port) {
    if (next_[port] > now) continue;
    Begin(port, now);
    // What was missed while this process had no processor is not made up for.
    next_[port] = std::max(next_[port] + ports_[port].every, now);
  }
}

void PortSampler::Begin(std::size_t port, TimePoint now) {
  Flight flight{.sample = {.port = port, .begun = now}, .fd = Dial(ports_[port].endpoint)};
  if (!flight.fd.open()) {
    End(flight, SampleEnd::kRefused);
    ended_.push_back(std::move(flight));
  } else {
    flights_.push_back(std::move(flight));
  }
}

int PortSampler::WaitTime(TimePoint now) const {
  TimePoint until = *std::min_element(next_.begin(), next_.end());
  for (const Flight& flight : flights_) until = std::min(until, flight.sample.begun + patience_);
  // Rounded up: a wait that ends too early would spin.
  return ended_.empty() ? static_cast<int>(std::max<Duration::rep>(0, Between(now, until).count() + 1)) : 0;
}

bool PortSampler::Advance(Flight& flight) {
  if (flight.connected) return Listen(flight);
  if (Failed(flight.fd.get())) return End(flight, SampleEnd::kRefused);
  flight.connected = true;
  const std::string& request = ports_[flight.sample.port].request;
  if (request.empty()) return false;
  const ssize_t sent = send(flight.fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(request.size()) ? false : End(flight, SampleEnd::kClosed);
}

bool PortSampler::Listen(Flight& flight) {
  char chunk[512];
  const ssize_t got = recv(flight.fd.get(), chunk, sizeof chunk, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got <= 0) return End(flight, SampleEnd::kClosed);
  flight.heard.append(chunk, static_cast<std::size_t>(got));
  const std::string& greeting = ports_[flight.sample.port].greeting;
  if (flight.heard.size() < greeting.size() && greeting.starts_with(flight.heard)) return false;
  return End(flight, flight.heard.starts_with(greeting) ? SampleEnd::kGood : SampleEnd::kWrong);
}

void PortSampler::EndExpired(TimePoint now) {
  for (Flight& flight : flights_) {
    if (!flight.fd.open() || flight.sample.begun + patience_ > now) continue;
    End(flight, SampleEnd::kSilent);
    ended_.push_back(std::exchange(flight, Flight{}));
  }
  std::erase_if(flights_, [](const Flight& flight) { return !flight.fd.open(); });
}

void PortSampler::HandOver(TimePoint now, const std::function<void(const Sample&)>& on_sample) {
  for (Flight& flight : ended_) {
    flight.sample.took = Between(flight.sample.begun, now);
    flight.fd.Close();
    on_sample(flight.sample);
  }
  ended_.clear();
}

}  // namespace e2e
