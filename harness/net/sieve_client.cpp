#include "net/sieve_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/literal.h"
#include "net/upper.h"

namespace e2e {

namespace {

constexpr std::size_t kMaxResponse = std::size_t{16} * 1024 * 1024;

}  // namespace

Outcome<SieveClient> SieveClient::Connect(const SieveOptions& options, Clock& clock, const Interrupt& interrupt,
                                          Transcript* transcript, Deadline deadline) {
  E2E_TRY(
      LineChannel channel,
      LineChannel::Connect(options.endpoint, options.security, options.trust, clock, interrupt, transcript, deadline),
      "opening a ManageSieve session");
  SieveClient client(std::move(channel));
  E2E_CHECK(client.Open(options, deadline), "opening a ManageSieve session with " + options.endpoint.Text());
  return client;
}

Status SieveClient::Open(const SieveOptions& options, Deadline deadline) {
  E2E_CHECK(ReadCapabilities(deadline), "reading the greeting");
  if (options.security != Security::kStartTls) return Status();
  if (!capabilities_.contains("STARTTLS")) {
    return Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " does not offer STARTTLS");
  }
  E2E_CHECK(Command("STARTTLS", deadline), "asking for TLS");
  Status secured = channel_.StartTls(options.trust, deadline);
  if (!secured) {
    channel_.Close();
    return secured;
  }
  return ReadCapabilities(deadline);
}

Status SieveClient::ReadCapabilities(Deadline deadline) {
  E2E_TRY(const SieveReply reply, Accepted("the session", ReadReply(deadline)), "reading capabilities");
  capabilities_.clear();
  for (const std::string& line : reply.lines) {
    std::string_view rest = line;
    const auto name = TakeString(rest);
    if (!name) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("{} sent a malformed capability: \"{}\"", channel_.endpoint().Text(), line));
    }
    rest = Trim(rest);
    capabilities_[Upper(*name)] = TakeString(rest).value_or("");
  }
  return Status();
}

Outcome<SieveReply> SieveClient::Command(std::string_view text, Deadline deadline) {
  return Accepted(text.substr(0, text.find(' ')), Exchange(text, deadline));
}

Outcome<SieveReply> SieveClient::Exchange(std::string_view text, Deadline deadline) {
  Status written = channel_.Write(std::string(text) + "\r\n", deadline);
  if (!written) {
    channel_.Close();
    return std::move(written).error();
  }
  return ReadReply(deadline);
}

Outcome<SieveReply> SieveClient::ReadReply(Deadline deadline) {
  SieveReply reply;
  while (true) {
    auto line = ReadWithLiterals(channel_, kMaxResponse, deadline);
    if (!line) {
      channel_.Close();
      return std::move(line).error();
    }
    const std::size_t end = std::min(line->find(' '), line->size());
    const std::string word = Upper(line->substr(0, end));
    if (word != "OK" && word != "NO" && word != "BYE") {
      reply.lines.push_back(std::move(*line));
      continue;
    }
    reply.status = word;
    reply.text = std::string(Trim(line->substr(end)));
    if (word == "BYE") channel_.Close();
    return reply;
  }
}

Outcome<SieveReply> SieveClient::Accepted(std::string_view command, Outcome<SieveReply> reply) const {
  if (!reply || reply->status == "OK") return reply;
  return Error(ErrorKind::kExpectation,
               fmt::format("{} refused {}: {} {}", channel_.endpoint().Text(), command, reply->status, reply->text));
}

Status SieveClient::AuthPlain(const std::string& user, const std::string& password, Deadline deadline) {
  const auto offered = capabilities_.find("SASL");
  const std::vector<std::string> mechanisms =
      offered == capabilities_.end() ? std::vector<std::string>() : Split(Upper(offered->second), ' ');
  if (std::find(mechanisms.begin(), mechanisms.end(), "PLAIN") == mechanisms.end()) {
    return Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " does not offer SASL PLAIN");
  }
  using namespace std::string_literals;
  const std::string response = Base64Encode("\0"s + user + "\0"s + password);
  E2E_CHECK(Command("AUTHENTICATE \"PLAIN\" \"" + response + "\"", deadline), "authenticating as " + user);
  return Status();
}

Outcome<std::vector<SieveScript>> SieveClient::ListScripts(Deadline deadline) {
  E2E_TRY(const SieveReply reply, Command("LISTSCRIPTS", deadline), "listing scripts");
  std::vector<SieveScript> scripts;
  for (std::string_view line : reply.lines) {
    if (const auto name = TakeString(line)) scripts.push_back({*name, Upper(std::string(Trim(line))) == "ACTIVE"});
  }
  return scripts;
}

Outcome<std::string> SieveClient::GetScript(const std::string& name, Deadline deadline) {
  E2E_TRY(const SieveReply reply, Command("GETSCRIPT " + Quoted(name), deadline), "reading script " + name);
  for (std::string_view line : reply.lines) {
    if (auto text = TakeString(line)) return std::move(*text);
  }
  return Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " sent no text of script " + name);
}

Status SieveClient::Logout(Deadline deadline) {
  E2E_CHECK(Command("LOGOUT", deadline), "leaving");
  channel_.Close();
  return Status();
}

std::string SieveClient::Literal(std::string_view bytes) {
  return fmt::format("{{{}+}}\r\n{}", bytes.size(), bytes);
}

}  // namespace e2e
