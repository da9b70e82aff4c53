#include "lies/fake_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace e2e {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

PortMap FreePorts() {
  auto lanes = PortMap::Allocate(1);
  if (!lanes) throw std::runtime_error(lanes.error().Render());
  return std::move(lanes->front());
}

}  // namespace

FakeServer::FakeServer() : ports_(FreePorts()) {
  dir_.Write("config.json", fmt::format(R"({{"@type":"RocksDb","path":"{}"}})", (dir_ / "data").string()));
}

void FakeServer::Start(const std::vector<std::string>& lies, Mode mode) {
  ASSERT_EQ(process_, -1) << "it runs already";
  std::vector<std::string> words = {E2E_FAKE_STALWART, "--config", dir_ / "config.json"};
  words.insert(words.end(), lies.begin(), lies.end());
  std::vector<std::string> environment = {fmt::format("STALWART_RECOVERY_ADMIN=admin:{}", kAdminPassword),
                                          fmt::format("STALWART_RECOVERY_MODE_PORT={}", ports_.Of("http").host_port),
                                          fmt::format("STALWART_RECOVERY_MODE={:d}", mode == Mode::kRecovery)};
  const std::vector<char*> argv = Pointers(words), envp = Pointers(environment);
  const pid_t parent = getpid();
  process_ = fork();
  ASSERT_GE(process_, 0);
  if (process_ > 0) return;
  // Only what is safe after a fork of a program with threads.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == parent) execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

int FakeServer::End(int signal) {
  if (process_ <= 0) return 0;
  int status = 0;
  EXPECT_EQ(kill(process_, signal), 0);
  EXPECT_EQ(waitpid(process_, &status, 0), process_);
  process_ = -1;
  return status;
}

void FakeServer::Stop() {
  ASSERT_GT(process_, 0) << "it does not run";
  EXPECT_EQ(End(SIGTERM), 0);
}

void FakeServer::Kill() {
  End(SIGKILL);
}

std::size_t FakeServer::StoredFiles() const {
  const std::filesystem::recursive_directory_iterator files(dir_ / "data" / "mail");
  return static_cast<std::size_t>(
      std::count_if(begin(files), end(files), [](const auto& file) { return file.path().extension() == ".eml"; }));
}

}  // namespace e2e
