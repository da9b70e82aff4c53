// dialogue: what a protocol looks like on the wire, said in YAML.
#include <fmt/format.h>

#include <memory>
#include <utility>
#include <variant>

#include "steps/catalog.h"
#include "steps/dialogue.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

// A connection that is at the place where the script begins. The client that brought it there owns the channel.
struct Opened {
  std::variant<std::monostate, LineChannel, SmtpClient, ImapClient, SieveClient> owner;
  LineChannel& Channel() {
    if (auto* smtp = std::get_if<SmtpClient>(&owner)) return smtp->channel();
    if (auto* imap = std::get_if<ImapClient>(&owner)) return imap->channel();
    if (auto* sieve = std::get_if<SieveClient>(&owner)) return sieve->channel();
    return std::get<LineChannel>(owner);
  }
};

}  // namespace

// Its parts refer to each other: it stays where it was made.
struct OpenDialogue {
  OpenDialogue(World& world, std::string port_in, Opened connection)
      : port(std::move(port_in)),
        opened(std::move(connection)),
        dialogue(world, ContractOf(port).protocol, opened.Channel()) {}
  const std::string port;
  Opened opened;
  Dialogue dialogue;
};

namespace {

void LinesField(FieldVisitor& visitor, FieldGroupsOf<DialogueLine>& lines) {
  visitor.Groups("lines", lines, {.help = "what is sent and expected, in order", .required = true});
}

std::vector<std::string> CapturedBy(const std::vector<DialogueLine>& lines) {
  std::vector<std::string> names;
  for (const DialogueLine& line : lines) {
    if (line.capture.given) names.push_back("value " + line.capture.name);
  }
  return names;
}

class DialogueStep : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    std::vector<std::string> ports;
    for (const PortContract& port : kPortContracts) ports.emplace_back(port.name);
    visitor.Text("port", port_, {.help = "port of the Service", .required = true, .choices = ports});
    visitor.Text("tls", tls_,
                 {.help = "how the script begins: in clear, after STARTTLS, or under TLS; default: as the port has it",
                  .choices = {"none", "starttls", "implicit"}});
    visitor.Text("login", login_, {.help = "log this account in before the script begins", .choices = AccountNames()});
    LinesField(visitor, lines_);
    visitor.Text("keep", keep_, {.help = "keep the connection under this name, for dialogue.continue; default: close"});
  }
  std::string Check() const override {
    if (port_.empty()) return "";
    const PortContract& port = ContractOf(port_);
    if (port.protocol == Protocol::kHttp && (!login_.empty() || tls_ == "starttls")) {
      return fmt::format("port {} has neither a login nor STARTTLS; headers are lines like others", port_);
    }
    if (!login_.empty() && SecurityOf(port) == Security::kPlain) {
      return fmt::format("a login on port {} needs tls: starttls, so that no password goes out in clear", port_);
    }
    return "";
  }
  std::vector<std::string> Saves() const override {
    std::vector<std::string> names = CapturedBy(lines_.items);
    if (!keep_.empty()) names.push_back("dialogue " + keep_);
    return names;
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(Opened opened, Open(world, deadline), "dialogue on port " + port_);
    const auto open = std::make_shared<OpenDialogue>(world, port_, std::move(opened));
    E2E_CHECK(open->dialogue.Run(lines_.items, deadline), "dialogue on port " + port_);
    if (keep_.empty()) {
      open->opened.Channel().Close();
    } else {
      world.dialogues[keep_] = open;
    }
    return fmt::format("port {}: {} lines as expected", port_, lines_.items.size());
  }

 private:
  Security SecurityOf(const PortContract& port) const {
    if (tls_ == "starttls") return Security::kStartTls;
    if (tls_ == "implicit") return Security::kImplicitTls;
    if (tls_ == "none") return Security::kPlain;
    return port.security == Security::kImplicitTls ? Security::kImplicitTls : Security::kPlain;
  }
  Outcome<Opened> Open(World& world, Deadline deadline) const;

  std::string port_;
  std::string tls_;
  std::string login_;
  FieldGroupsOf<DialogueLine> lines_;
  std::string keep_;
};

// What other connections did in the meantime is now to be seen on this one.
class DialogueContinue : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("dialogue", dialogue_, {.help = "name that a dialogue was kept under", .required = true});
    LinesField(visitor, lines_);
  }
  std::vector<std::string> Needs() const override { return {"dialogue " + dialogue_}; }
  std::vector<std::string> Saves() const override { return CapturedBy(lines_.items); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const auto at = world.dialogues.find(dialogue_);
    if (at == world.dialogues.end())
      return Error(ErrorKind::kInconclusive, "the dialogue " + dialogue_ + " did not begin as expected");
    OpenDialogue& open = *at->second;
    E2E_CHECK(open.dialogue.Run(lines_.items, deadline), fmt::format("{} on port {}", dialogue_, open.port));
    return fmt::format("{} on port {}: {} lines as expected", dialogue_, open.port, lines_.items.size());
  }

 private:
  std::string dialogue_;
  FieldGroupsOf<DialogueLine> lines_;
};

Outcome<Opened> DialogueStep::Open(World& world, Deadline deadline) const {
  const PortContract& port = ContractOf(port_);
  const Security security = SecurityOf(port);
  const Endpoint& endpoint = world.endpoints.find(port_)->second;
  if (login_.empty() && security != Security::kStartTls) {
    E2E_TRY(
        LineChannel channel,
        LineChannel::Connect(endpoint, security, TlsTrust{}, world.clock, world.interrupt, &world.transcript, deadline),
        "connecting");
    return Opened{std::move(channel)};
  }
  const SessionOptions options{port_, security, login_.empty() ? nullptr : &AccountNamed(world, login_)};
  switch (port.protocol) {
    case Protocol::kSmtp: {
      E2E_TRY(SmtpClient smtp, OpenSmtp(world, options, deadline), "opening");
      return Opened{std::move(smtp)};
    }
    case Protocol::kImap: {
      E2E_TRY(ImapClient imap, OpenImap(world, options, deadline), "opening");
      return Opened{std::move(imap)};
    }
    case Protocol::kSieve: {
      E2E_TRY(SieveClient sieve, OpenSieve(world, options, deadline), "opening");
      return Opened{std::move(sieve)};
    }
    case Protocol::kHttp: break;
  }
  return Error(ErrorKind::kInternal, "nothing is defined for port " + port_);
}

}  // namespace

std::vector<StepKind> DialogueSteps() {
  return {
      {"dialogue", "a scripted conversation on one port, in clear, after STARTTLS or under TLS", Duration(60'000),
       MakeStep<DialogueStep>(), /*checks=*/true},
      {"dialogue.continue", "the next lines on a connection that a dialogue kept", Duration(60'000),
       MakeStep<DialogueContinue>(), /*checks=*/true},
  };
}

}  // namespace e2e
