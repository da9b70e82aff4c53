// mail.login-timing: whether the time of a refusal tells which accounts there are.
#include <fmt/format.h>

#include <algorithm>

#include "steps/catalog.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"
#include "steps/ports.h"

namespace e2e {
namespace {

// What a busy machine adds to anything: shorter times count as this one.
constexpr Duration kNoise{10};
constexpr const char* kPassword = "not the password of anybody";

Duration Median(std::vector<Duration> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

class MailLoginTiming : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("via", via_, {.help = "port of the Service", .required = true, .choices = LoginPorts()});
    visitor.Number("attempts", attempts_, {.help = "failed logins of each sort", .min = 1, .max = 50});
    visitor.Number("factor", factor_, {.help = "between the medians of the two sorts, at most", .min = 2, .max = 100});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const Account& known = world.accounts.at(0);
    std::vector<Duration> wrong;
    std::vector<Duration> unknown;
    for (long long i = 1; i <= attempts_; ++i) {
      E2E_TRY(const Duration first, Refusal(world, known.address, deadline), "a wrong password");
      E2E_TRY(const Duration second, Refusal(world, fmt::format("nobody-{}@{}", i, known.Domain()), deadline),
              "an unknown user");
      wrong.push_back(first);
      unknown.push_back(second);
    }
    return Judge(Median(std::move(wrong)), Median(std::move(unknown)));
  }

 private:
  // From the command to the server's no, on a connection of its own: some servers end one after a few failures.
  Outcome<Duration> Refusal(World& world, const std::string& user, Deadline deadline) const {
    const SessionOptions session{via_, ContractOf(via_).security};
    TimePoint start;
    Status done;
    switch (ContractOf(via_).protocol) {
      case Protocol::kSmtp: {
        E2E_TRY(SmtpClient smtp, OpenSmtp(world, session, deadline), "connecting");
        start = world.clock.Now();
        done = smtp.AuthPlain(user, kPassword, deadline);
        break;
      }
      case Protocol::kImap: {
        E2E_TRY(ImapClient imap, OpenImap(world, session, deadline), "connecting");
        start = world.clock.Now();
        done = imap.Login(user, kPassword, deadline);
        break;
      }
      case Protocol::kSieve: {
        E2E_TRY(SieveClient sieve, OpenSieve(world, session, deadline), "connecting");
        start = world.clock.Now();
        done = sieve.AuthPlain(user, kPassword, deadline);
        break;
      }
      case Protocol::kHttp: return Error(ErrorKind::kInternal, "no login is defined for port " + via_);
    }
    if (done) return Error(ErrorKind::kExpectation, user + " was let in");
    if (done.error().kind() != ErrorKind::kExpectation) return done.error();
    return std::chrono::duration_cast<Duration>(world.clock.Now() - start);
  }

  Outcome<std::string> Judge(Duration wrong, Duration unknown) const {
    const Duration longer = std::max({wrong, unknown, kNoise});
    const Duration shorter = std::max(std::min(wrong, unknown), kNoise);
    const std::string seen =
        fmt::format("a wrong password is refused after {}, an unknown user after {} (medians of {})", Text(wrong),
                    Text(unknown), attempts_);
    if (longer > shorter * factor_)
      return Error(ErrorKind::kExpectation, seen + ": the time tells which accounts there are");
    return seen;
  }

  std::string via_;
  long long attempts_ = 3;
  long long factor_ = 10;
};

}  // namespace

std::vector<StepKind> LoginSteps() {
  return {
      {"mail.login-timing", "a wrong password and an unknown user are refused in about the same time",
       Duration(300'000), MakeStep<MailLoginTiming>(), /*checks=*/true},
  };
}

}  // namespace e2e
