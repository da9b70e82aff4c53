// mail-bench: parts of the harness against the clock, for tests/bench-mail. Each command prints one line of JSON.
//   submit PORT ADDRESS COUNT SESSIONS SIZE FOLDER   COUNT messages to a server that wants no login, without TLS
//   lay ADDRESS COUNT SIZE FOLDER                    the files of COUNT messages, and the ledger that holds them
//   read PORT ADDRESS PASSWORD LEDGER                every message of a mailbox by IMAP over TLS, held against the
//   ledger check COUNT SIZE FOLDER                          the same check without a connection ledger COUNT FOLDER a
//   ledger of COUNT messages with their answers and UIDs, and as many
//                                                    held against it
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/interrupt.h"
#include "base/text.h"
#include "steps/mail_feed.h"
#include "steps/read_back.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr Duration kLongest{300'000};
constexpr std::size_t kBatch = 16;

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "mail-bench: %s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T Must(Outcome<T> outcome) {
  if (!outcome) Fail(outcome.error().Render());
  return std::move(outcome).value();
}
void Must(const Status& status) {
  if (!status) Fail(status.error().Render());
}

double Seconds(const Clock& clock, TimePoint since) {
  return std::chrono::duration<double>(clock.Now() - since).count();
}

// Of this process, at its highest.
double Megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

int Print(const json& line) {
  fmt::print("{}\n", line.dump());
  return 0;
}

// What every command has.
struct Machine {
  Interrupt interrupt;
  SystemClock clock{interrupt};
};

// Messages until so many are acknowledged; a refusal is not what is measured.
class BenchFeed : public MailFeed {
 public:
  BenchFeed(FeedPlan plan, Ledger& ledger, const Clock& clock, std::size_t count)
      : MailFeed(std::move(plan), ledger, clock), count_(count) {}
  void Wait(TimePoint) override {}

 private:
  std::size_t Wanted() const override { return count_ - begun(); }
  Status Judge() override {
    if (counts().refused + counts().unknown == 0) return Status();
    return Error(ErrorKind::kExpectation, "not acknowledged: " + last_answer());
  }
  Status NotOpened(const Error& why) override { return why; }

  const std::size_t count_;
};

int Submit(Machine& machine, const std::vector<std::string>& args) {
  const std::size_t count = std::stoul(args[2]), sessions = std::stoul(args[3]);
  const long long size = std::stoll(args[4]);
  Ledger ledger = Must(Ledger::Create(fs::path(args[5]) / "ledger.jsonl"));
  BenchFeed feed({.accounts = {{args[1], ""}},
                  .profile = Must(FindProfile("reference")),
                  .id_prefix = fs::path(args[5]).filename().string(),
                  .sizes = SizeMix({size, size}),
                  .sessions = sessions,
                  .per_session = count,
                  .log_in = false},
                 ledger, machine.clock, count);
  SmtpOptions server;
  server.endpoint = {"localhost", "127.0.0.1", static_cast<std::uint16_t>(std::stoi(args[0]))};
  const TimePoint start = machine.clock.Now();
  SmtpPump pump({server, sessions}, machine.clock, machine.interrupt, nullptr);
  Must(pump.Run(feed, Deadline::In(machine.clock, kLongest)));
  const double seconds = Seconds(machine.clock, start);
  return Print({{"messages", feed.counts().acknowledged}, {"seconds", seconds}});
}

TestMessage Nth(const std::string& address, std::size_t n, std::size_t size) {
  return MakeMessage(fmt::format("bench-{:06}", n), address, address, size);
}

LedgerEntry EntryOf(const TestMessage& message, const std::string& address) {
  return {message.id, address, message.sha256, static_cast<long long>(message.text.size()), Ack::kUnknown, ""};
}

int Lay(Machine&, const std::vector<std::string>& args) {
  const std::size_t count = std::stoul(args[1]), size = std::stoul(args[2]);
  const fs::path folder = args[3];
  Ledger ledger = Must(Ledger::Create(folder / "ledger.jsonl"));
  fs::create_directory(folder / "cur");
  std::vector<LedgerEntry> entries;
  std::vector<LedgerAnswer> answers;
  for (std::size_t n = 0; n < count; ++n) {
    const TestMessage message = Nth(args[0], n, size);
    // Seen already, so that reading changes nothing in the folder.
    std::ofstream(folder / "cur" / fmt::format("{:010}.bench:2,S", n)) << message.text;
    entries.push_back(EntryOf(message, args[0]));
    answers.push_back({message.id, Ack::kOk, "250 queued as " + message.id});
  }
  Must(ledger.Record({}, entries));
  Must(ledger.Record(answers, {}));
  return Print({{"messages", count}});
}

int Read(Machine& machine, const std::vector<std::string>& args) {
  const Ledger ledger = Must(Ledger::Read(args[3]));
  ImapOptions options;
  options.endpoint = {"localhost", "127.0.0.1", static_cast<std::uint16_t>(std::stoi(args[0]))};
  const Deadline deadline = Deadline::In(machine.clock, kLongest);
  const TimePoint start = machine.clock.Now();
  ImapClient imap = Must(ImapClient::Connect(options, machine.clock, machine.interrupt, nullptr, deadline));
  Must(imap.Login(args[1], args[2], deadline));
  const Findings found = Must(ReadAll(imap, args[1], deadline));
  const LedgerReport report = ledger.Classify(found);
  const double seconds = Seconds(machine.clock, start);
  Must(imap.Logout(deadline));
  return Print(
      {{"messages", found.messages.size()},
       {"seconds", seconds},
       {"summary", report.Summary()},
       {"wrong", report.lost.size() + report.corrupt.size() + report.phantom.size() + report.duplicate.size()}});
}

int Check(Machine& machine, const std::vector<std::string>& args) {
  const std::size_t count = std::stoul(args[0]), size = std::stoul(args[1]);
  Ledger ledger = Must(Ledger::Create(fs::path(args[2]) / "ledger.jsonl"));
  std::vector<LedgerEntry> entries;
  std::vector<std::string> stored;
  for (std::size_t n = 0; n < count; ++n) {
    const TestMessage message = Nth("a@example.org", n, size);
    entries.push_back(EntryOf(message, "a@example.org"));
    stored.push_back("Received: from a by b\r\n" + message.text);
  }
  Must(ledger.Record({}, entries));
  const TimePoint start = machine.clock.Now();
  std::vector<StoredMessage> found;
  for (std::size_t n = 0; n < count; ++n) {
    found.push_back({"a@example.org", "INBOX", 1, static_cast<std::uint32_t>(n + 1), FindId(stored[n]).value_or(""),
                     Fingerprint(stored[n])});
  }
  const LedgerReport report = ledger.Classify({std::move(found), {}, {}});
  const double seconds = Seconds(machine.clock, start);
  if (report.recovered.size() != count) Fail("the check is wrong: " + report.Summary());
  return Print({{"messages", count}, {"seconds", seconds}});
}

StoredMessage AsFound(const LedgerEntry& entry, std::size_t n) {
  return {entry.account, "INBOX", 1732492800, static_cast<std::uint32_t>(n + 1), entry.id, entry.sha256};
}

// As a load fills it: in turns of a few messages, each with the answers to the turn before.
void Fill(Ledger& ledger, std::size_t count) {
  std::vector<LedgerAnswer> answers;
  for (std::size_t n = 0; n < count; n += kBatch) {
    std::vector<LedgerEntry> entries;
    for (std::size_t i = n; i < std::min(n + kBatch, count); ++i) {
      const std::string id = fmt::format("e2e-persistence-container-kill-before-{:05}", i);
      entries.push_back({id, fmt::format("user{}@example.org", i % 4 + 1), Sha256Hex(id), 4096, Ack::kUnknown, ""});
    }
    Must(ledger.Record(answers, entries));
    answers.clear();
    for (const LedgerEntry& entry : entries)
      answers.push_back({entry.id, Ack::kOk, "250 2.0.0 Ok: queued as 4jZ5Jx74mlz1cM2j at the final dot"});
  }
  Must(ledger.Record(answers, {}));
}

std::vector<StoredMessage> FirstFound(const Ledger& ledger, std::size_t count) {
  std::vector<StoredMessage> found;
  for (std::size_t n = 0; n < count; ++n) found.push_back(AsFound(ledger.entries()[n], n));
  return found;
}

int FillLedger(Machine& machine, const std::vector<std::string>& args) {
  const std::size_t count = std::stoul(args[0]);
  const TimePoint start = machine.clock.Now();
  Ledger ledger = Must(Ledger::Create(fs::path(args[1]) / "ledger.jsonl"));
  Fill(ledger, count);
  Must(ledger.Seen(FirstFound(ledger, count * 3 / 4)));
  const LedgerReport report = ledger.Classify({FirstFound(ledger, count), {}, {}});
  if (report.acknowledged != count || !report.lost.empty() || !report.stale.empty()) Fail(report.Summary());
  return Print({{"messages", count}, {"seconds", Seconds(machine.clock, start)}, {"megabytes", Megabytes()}});
}

int Run(const std::vector<std::string>& words) {
  struct Command {
    std::string_view name;
    std::size_t args;
    int (*run)(Machine&, const std::vector<std::string>&);
  };
  static constexpr Command kCommands[] = {
      {"submit", 6, &Submit}, {"lay", 4, &Lay}, {"read", 4, &Read}, {"check", 3, &Check}, {"ledger", 2, &FillLedger}};
  Machine machine;
  machine.interrupt.Install();
  for (const Command& command : kCommands) {
    if (!words.empty() && command.name == words[0] && command.args == words.size() - 1) {
      return command.run(machine, {words.begin() + 1, words.end()});
    }
  }
  Fail("wrong usage; see the head of tests/bench/mail_bench.cpp");
}

}  // namespace
}  // namespace e2e

int main(int argc, char** argv) {
  return e2e::Run({argv + 1, argv + argc});
}
