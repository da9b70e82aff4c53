#include "net/smtp_pump.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "net/curl.h"
#include "net/pump_session.h"

namespace e2e {

namespace {

// How long a server may take to answer QUIT: all messages have their results by then.
constexpr Duration kGoodbye{1'000};
// Nothing is polled for longer, so that a deadline of another clock is seen.
constexpr Duration kLongestPoll{1'000};

// One run of a pump.
class PumpRun {
 public:
  PumpRun(const PumpOptions& options, Clock& clock, const Interrupt& interrupt, Transcript* transcript, PumpFeed& feed,
          Deadline deadline)
      : options_(options),
        clock_(clock),
        interrupt_(interrupt),
        transcript_(transcript),
        feed_(feed),
        deadline_(deadline) {}

  Status Run() {
    Status status = Drive();
    if (status) return status;
    // Whatever ended it, no message may be left without a result.
    for (const auto& session : sessions_) session->GiveUp(status.error());
    [[maybe_unused]] const Status told = Tell({});
    return status;
  }

 private:
  Status Drive() {
    while (true) {
      if (interrupt_.Requested()) return Error(ErrorKind::kInterrupted, "stopped on request");
      if (deadline_.Passed(clock_)) return Error(ErrorKind::kTimeout, "the time for submitting messages is up");
      asked_at_ = clock_.Now();
      Move();
      E2E_CHECK(Tell(Ready()), "submitting messages");
      OpenSessions();
      if (AnyBusy()) {
        Poll();
        continue;
      }
      if (const auto due = NextAsk()) {
        feed_.Wait(std::min(*due, deadline_.at()));
      } else if (!LeaveAll()) {
        return Status();
      }
    }
  }

  // What libcurl and the sessions can do without waiting, and the end of those that waited for too long.
  void Move() {
    for (const CurlLoop::Ended& ended : loop_.Perform()) {
      for (const auto& session : sessions_) {
        if (session->Is(ended.handle)) session->Opened(ended.code);
      }
    }
    for (const auto& session : sessions_) {
      if (session->MayGoOn()) session->Advance();
      if (session->Busy() && session->deadline().Passed(clock_)) {
        session->GiveUp(Error(ErrorKind::kTimeout, options_.server.endpoint.Text() + ": no answer in time"));
      }
    }
  }

  // When the feed may have more than it had this time.
  std::optional<TimePoint> NextAsk() {
    const auto due = feed_.Due();
    return due && *due > asked_at_ ? due : std::nullopt;
  }

  std::vector<std::size_t> Ready() {
    std::vector<std::size_t> ready;
    for (const auto& session : sessions_) {
      if (session->Idle() && session->left() > 0) ready.push_back(session->name());
    }
    return ready;
  }

  // Results to the feed, and its messages to those that can send. Those that have sent all they may say goodbye.
  Status Tell(const std::vector<std::size_t>& ready) {
    std::vector<PumpResult> results;
    for (const auto& session : sessions_) {
      if (auto result = session->TakeResult()) results.push_back(std::move(*result));
    }
    if (!results.empty() || !ready.empty()) {
      E2E_TRY(std::vector<PumpMessage> messages, feed_.Turn(results, ready), "taking messages");
      for (std::size_t i = 0; i < messages.size(); ++i) Named(ready[i]).Send(std::move(messages[i]), Patience());
    }
    for (const auto& session : sessions_) {
      if (session->Idle() && !session->HasResult() && session->left() == 0)
        session->Leave(Deadline::In(clock_, kGoodbye));
    }
    return Bury();
  }

  // Of closed sessions, whose results were told.
  Status Bury() {
    for (std::size_t i = 0; i < sessions_.size();) {
      if (!sessions_[i]->Closed() || sessions_[i]->HasResult()) {
        ++i;
        continue;
      }
      const std::unique_ptr<PumpSession> ended = std::move(sessions_[i]);
      sessions_.erase(sessions_.begin() + static_cast<std::ptrdiff_t>(i));
      E2E_CHECK(feed_.Closed(ended->name(), ended->not_opened()), "opening a session");
    }
    return Status();
  }

  void OpenSessions() {
    while (sessions_.size() < options_.sessions) {
      auto plan = feed_.Open();
      if (!plan) return;
      sessions_.push_back(
          std::make_unique<PumpSession>(options_.server, std::move(*plan), loop_, clock_, transcript_, Patience()));
    }
  }

  // Whether there was any to leave.
  bool LeaveAll() {
    bool any = false;
    for (const auto& session : sessions_) {
      if (!session->Idle()) continue;
      session->Leave(Deadline::In(clock_, kGoodbye));
      any = true;
    }
    return any || !sessions_.empty();
  }

  bool AnyBusy() const {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [](const auto& session) { return session->Busy() || session->HasResult(); });
  }

  void Poll() {
    Duration at_most = std::min(kLongestPoll, deadline_.Left(clock_));
    std::vector<curl_waitfd> sockets;
    std::vector<PumpSession*> waiting;
    for (const auto& session : sessions_) {
      if (session->HasResult()) return;
      if (session->Busy()) at_most = std::min(at_most, session->deadline().Left(clock_));
      if (const auto waits = session->WaitsFor()) {
        sockets.push_back(*waits);
        waiting.push_back(session.get());
      }
    }
    if (const auto due = NextAsk()) at_most = std::min(at_most, Deadline(*due).Left(clock_));
    loop_.Wait(sockets, interrupt_, at_most + Duration(1));
    // Where no socket has anything it was the time, or what libcurl does not tell of: then all of them look.
    const bool none = std::all_of(sockets.begin(), sockets.end(), [](const curl_waitfd& s) { return s.revents == 0; });
    for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i]->SetMayGoOn(none || sockets[i].revents != 0);
  }

  PumpSession& Named(std::size_t name) {
    return **std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& s) { return s->name() == name; });
  }

  Deadline Patience() const {
    if (!options_.patience) return deadline_;
    return Deadline::Min(deadline_, Deadline::In(clock_, *options_.patience));
  }

  const PumpOptions& options_;
  Clock& clock_;
  const Interrupt& interrupt_;
  Transcript* const transcript_;
  PumpFeed& feed_;
  const Deadline deadline_;
  TimePoint asked_at_;
  // Goes after the sessions, which are attached to it.
  CurlLoop loop_;
  std::vector<std::unique_ptr<PumpSession>> sessions_;
};

}  // namespace

SmtpPump::SmtpPump(PumpOptions options, Clock& clock, const Interrupt& interrupt, Transcript* transcript)
    : options_(std::move(options)), clock_(clock), interrupt_(interrupt), transcript_(transcript) {}

Status SmtpPump::Run(PumpFeed& feed, Deadline deadline) {
  return PumpRun(options_, clock_, interrupt_, transcript_, feed, deadline).Run();
}

}  // namespace e2e
