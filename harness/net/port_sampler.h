// PortSampler: asks ports for their greeting at a fixed rate, to see when they serve and when not.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/interrupt.h"
#include "net/endpoint.h"

namespace e2e {

struct SampledPort {
  std::string name;
  Endpoint endpoint;
  // What the first line begins with when the port serves: "220", "* OK".
  std::string greeting;
  // What is said first, for protocols in which the client begins. Default: nothing.
  std::string request{};
  Duration every{100};
};

enum class SampleEnd {
  kGood,
  kRefused,  // no connection
  kClosed,   // closed or reset before the greeting
  kSilent,   // no greeting within the patience
  kWrong,    // another greeting
};
std::string_view Name(SampleEnd end);

struct Sample {
  std::size_t port = 0;  // its place in the list
  TimePoint begun;
  Duration took{0};
  SampleEnd end = SampleEnd::kGood;
};

// A sample begins on time whether or not the ones before it have ended, so that a port that hangs does not blur when
// it came back. Addresses are IPv4 literals. Thread rule: one thread.
class PortSampler {
 public:
  PortSampler(std::vector<SampledPort> ports, Duration patience) : ports_(std::move(ports)), patience_(patience) {}
  PortSampler(const PortSampler&) = delete;
  PortSampler& operator=(const PortSampler&) = delete;

  // Gives every sample when it ends, until the interrupt; those under way then have no outcome and are dropped.
  void Run(const Clock& clock, const Interrupt& interrupt, const std::function<void(const Sample&)>& on_sample);

 private:
  struct Flight {
    Sample sample;
    Descriptor fd{};
    bool connected = false;
    std::string heard{};
  };

  void BeginDue(const Clock& clock);
  void Begin(std::size_t port, TimePoint now);
  // Until the next thing to do.
  int WaitTime(TimePoint now) const;
  // The outcome of a flight whose socket is ready; false while it goes on.
  bool Advance(Flight& flight);
  bool Listen(Flight& flight);
  void EndExpired(TimePoint now);
  void HandOver(TimePoint now, const std::function<void(const Sample&)>& on_sample);
  static bool End(Flight& flight, SampleEnd end) {
    flight.sample.end = end;
    return true;
  }

  const std::vector<SampledPort> ports_;
  const Duration patience_;
  std::vector<TimePoint> next_;
  std::vector<Flight> flights_;
  std::vector<Flight> ended_;
};

}  // namespace e2e
