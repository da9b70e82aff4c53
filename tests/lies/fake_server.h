// FakeServer: tests/fake_stalwart as a process on 127.0.0.1, with a data folder that outlives its kills.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cluster/port_map.h"
#include "support/temp_dir.h"

namespace e2e {

// The process ends and its folder goes with the object; the kernel ends the process when the test dies. Failures to
// start it or to end it are failures of the test.
class FakeServer {
 public:
  FakeServer();
  ~FakeServer() { Kill(); }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  // In recovery mode HTTP is on the port that it has in normal mode.
  enum class Mode { kNormal, kRecovery };
  // `lies` are flags: "--lose=1/100". It does not wait for ports. It must not run.
  void Start(const std::vector<std::string>& lies, Mode mode = Mode::kNormal);
  // SIGTERM, and the end with exit code 0.
  void Stop();
  // SIGKILL. Harmless when it does not run.
  void Kill();

  const PortMap& ports() const { return ports_; }
  static constexpr const char* kAdminPassword = "admin-secret";

  // Messages in all mailboxes, as the files in its folder have them.
  std::size_t StoredFiles() const;

 private:
  int End(int signal);

  const TempDir dir_;
  const PortMap ports_;
  pid_t process_ = -1;
};

}  // namespace e2e
