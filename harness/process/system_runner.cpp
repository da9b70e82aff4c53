#include "process/system_runner.h"

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/descriptor.h"
#include "base/text.h"
#include "process/find_program.h"

namespace e2e {
namespace {

namespace bp = boost::process;

Error SystemError(std::string_view doing) {
  return Error(ErrorKind::kInfra, fmt::format("{}: {}", doing, std::strerror(errno)));
}

struct Pipe {
  Descriptor read, write;
};

Outcome<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return SystemError("making a pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// A file in memory: the program reads at its own pace, so that feeding it cannot block us.
Outcome<Descriptor> MakeStdin(const std::string& text) {
  Descriptor file(memfd_create("stdin", MFD_CLOEXEC));
  if (!file.open()) return SystemError("making the standard input");
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(file.get(), text.data() + done, text.size() - done);
    if (count < 0) return SystemError("writing the standard input");
    done += static_cast<std::size_t>(count);
  }
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

// One output stream of the child: what came, and where the line that is not yet whole begins.
class Stream {
 public:
  explicit Stream(Descriptor from) : fd(std::move(from)) {}

  Descriptor fd;
  std::string text;

  // Reads what is there; closes at the end of the stream.
  void Read() {
    std::array<char, 65536> buffer;
    const ssize_t count = read(fd.get(), buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) fd.Close();
  }

  // Hands over what has become whole lines since the last call; at the end also a last one without a newline.
  void EmitLines(const std::function<void(std::string_view)>& sink, const std::vector<std::string>& secrets) {
    if (!sink) return;
    for (std::size_t end; (end = text.find('\n', line_start_)) != std::string::npos; line_start_ = end + 1) {
      sink(Redact(text.substr(line_start_, end - line_start_), secrets));
    }
    if (fd.open() || line_start_ == text.size()) return;
    sink(Redact(text.substr(line_start_), secrets));
    line_start_ = text.size();
  }

 private:
  std::size_t line_start_ = 0;
};

// Only calls that are safe between fork and exec.
void PrepareChild(const char* cwd) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // An ignored SIGPIPE would be inherited; programs expect the default.
  signal(SIGPIPE, SIG_DFL);
  syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
  if (cwd[0] != '\0' && chdir(cwd) != 0) _exit(127);
}

bp::environment EnvironmentFor(const Command& command) {
  bp::environment env = boost::this_process::environment();
  for (const std::string& name : command.unset_env) env.erase(name);
  // Not env[name], which reads beyond the ends of entries that are shorter than the name.
  for (const auto& [name, value] : command.env) env.set(name, value);
  return env;
}

// Boost.Process does not wait for the child that could not execute the program.
struct ReapAfterError : bp::extend::handler {
  template <typename Executor>
  void on_error(Executor& executor, const std::error_code&) const {
    if (executor.pid > 0) waitpid(executor.pid, nullptr, 0);
  }
};

Outcome<bp::child> Spawn(const Command& command, const std::string& program, int in, int out, int err) {
  const char* cwd = command.cwd.c_str();
  const std::vector<std::string> args(command.argv.begin() + 1, command.argv.end());
  std::error_code failed;
  bp::child child(
      bp::exe = program, bp::args = args, EnvironmentFor(command), bp::posix::fd.bind(0, in),
      bp::posix::fd.bind(1, out), bp::posix::fd.bind(2, err),
      bp::extend::on_exec_setup = [cwd](auto&) { PrepareChild(cwd); }, ReapAfterError(), failed);
  if (failed) return Error(ErrorKind::kInfra, fmt::format("{} could not be started: {}", program, failed.message()));
  return child;
}

// The child with its process group; the destructor leaves nothing of the group behind.
class Family {
 public:
  explicit Family(bp::child child)
      : child_(std::move(child)), fd_(static_cast<int>(syscall(SYS_pidfd_open, child_.id(), 0))) {}
  ~Family() {
    Signal(SIGKILL);
    std::error_code ignored;
    if (!reaped_) child_.wait(ignored);
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  void Signal(int signal) { kill(-child_.id(), signal); }
  // Readable when the child ended; -1 where the kernel has no such descriptor.
  int EndFd() const { return fd_.get(); }
  bool Ended() {
    std::error_code ignored;
    if (!reaped_) reaped_ = !child_.running(ignored);
    return reaped_;
  }
  std::variant<Exited, Signaled, TimedOut, Interrupted> Exit() const {
    // exit_code() gives 9 for both "exit 9" and SIGKILL.
    const int status = child_.native_exit_code();
    if (WIFSIGNALED(status)) return Signaled{WTERMSIG(status)};
    return Exited{WEXITSTATUS(status)};
  }

 private:
  bp::child child_;
  Descriptor fd_;
  bool reaped_ = false;
};

// How far the program was told to end before it did so by itself, and why.
enum class Ending { kNone, kAsked, kDeadline, kInterrupt };

class Session {
 public:
  Session(const Command& command, const Clock& clock, const Interrupt& interrupt, const SystemRunnerOptions& options)
      : command_(command), clock_(clock), interrupt_(interrupt), options_(options) {}

  CommandResult Follow(Family& family, Stream out, Stream err, Deadline deadline) {
    const TimePoint start = clock_.Now();
    while (!family.Ended()) {
      Escalate(family, deadline);
      Poll(out, err, family.EndFd(), NextEvent(deadline));
    }
    const Deadline drained = Deadline::In(clock_, options_.drain);
    while ((out.fd.open() || err.fd.open()) && !drained.Passed(clock_)) Poll(out, err, -1, drained);
    CommandResult result{family.Exit(), std::move(out.text), std::move(err.text), {}};
    if (ending_ == Ending::kDeadline) result.exit = TimedOut{};
    if (ending_ == Ending::kInterrupt) result.exit = Interrupted{};
    result.elapsed = std::chrono::duration_cast<Duration>(clock_.Now() - start);
    return result;
  }

 private:
  void Escalate(Family& family, Deadline deadline) {
    const bool alive_by_right = ending_ == Ending::kNone || ending_ == Ending::kAsked;
    if (alive_by_right && deadline.Passed(clock_)) return End(family, Ending::kDeadline);
    if (ending_ == Ending::kNone && interrupt_.Requested() && !command_.cleanup) {
      if (command_.interrupt_grace == Duration(0)) return End(family, Ending::kInterrupt);
      ending_ = Ending::kAsked;
      family.Signal(SIGINT);
      next_at_ = Deadline::In(clock_, command_.interrupt_grace);
    } else if (ending_ == Ending::kAsked && next_at_->Passed(clock_)) {
      End(family, Ending::kInterrupt);
    } else if (!alive_by_right && next_at_ && next_at_->Passed(clock_)) {
      family.Signal(SIGKILL);
      next_at_.reset();
    }
  }

  void End(Family& family, Ending why) {
    ending_ = why;
    family.Signal(SIGTERM);
    next_at_ = Deadline::In(clock_, options_.kill_grace);
  }

  Deadline NextEvent(Deadline deadline) const {
    if (ending_ == Ending::kNone) return deadline;
    if (ending_ == Ending::kAsked) return Deadline::Min(deadline, *next_at_);
    return next_at_ ? *next_at_ : Deadline::In(clock_, std::chrono::seconds(1));
  }

  void Poll(Stream& out, Stream& err, int end_fd, Deadline until) {
    const int interrupt_fd = ending_ == Ending::kNone && !command_.cleanup ? interrupt_.Fd() : -1;
    std::array<pollfd, 4> fds{
        {{out.fd.get(), POLLIN, 0}, {err.fd.get(), POLLIN, 0}, {end_fd, POLLIN, 0}, {interrupt_fd, POLLIN, 0}}};
    // Without a descriptor for the child's end, its state has to be looked at every so often.
    const long long longest = end_fd >= 0 ? 60'000 : 20;
    poll(fds.data(), fds.size(), static_cast<int>(std::min<long long>(until.Left(clock_).count() + 1, longest)));
    if (fds[0].revents != 0) {
      out.Read();
      out.EmitLines(command_.on_stdout_line, command_.secrets);
    }
    if (fds[1].revents != 0) {
      err.Read();
      err.EmitLines(command_.on_stderr_line, command_.secrets);
    }
  }

  const Command& command_;
  const Clock& clock_;
  const Interrupt& interrupt_;
  const SystemRunnerOptions& options_;
  Ending ending_ = Ending::kNone;
  // When the next, harder signal is due.
  std::optional<Deadline> next_at_;
};

}  // namespace

Outcome<CommandResult> SystemRunner::Run(const Command& command, Deadline deadline) {
  if (command.argv.empty()) return Error(ErrorKind::kInternal, "a command without a program");
  if (interrupt_.Requested() && !command.cleanup) return CommandResult{Interrupted{}, "", "", Duration(0)};
  E2E_TRY(const std::string program, FindProgram(command), "starting " + command.Pretty());
  if (!command.cwd.empty() && !std::filesystem::is_directory(command.cwd)) {
    return Error(ErrorKind::kInfra, fmt::format("{} is not a folder to run {} in", command.cwd, program));
  }
  E2E_TRY(Pipe out, MakePipe(), "starting " + command.Pretty());
  E2E_TRY(Pipe err, MakePipe(), "starting " + command.Pretty());
  E2E_TRY(const Descriptor in, MakeStdin(command.stdin_text), "starting " + command.Pretty());
  try {
    auto child = Spawn(command, program, in.get(), out.write.get(), err.write.get());
    if (!child) return std::move(child).error().Detail("command: " + command.Pretty());
    Family family(std::move(*child));
    out.write.Close();
    err.write.Close();
    return Session(command, clock_, interrupt_, options_)
        .Follow(family, Stream(std::move(out.read)), Stream(std::move(err.read)), deadline);
  } catch (const std::exception& failure) {
    return Error(ErrorKind::kInfra, fmt::format("{} could not be started: {}", program, failure.what()))
        .Detail("command: " + command.Pretty());
  }
}

}  // namespace e2e
