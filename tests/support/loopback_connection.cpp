#include "support/loopback_connection.h"

#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace e2e {

namespace {

std::string Unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    if (c == 'x' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
      continue;
    }
    out += c == 'r' ? '\r' : c == 'n' ? '\n' : c == '0' ? '\0' : c;
  }
  return out;
}

template <typename Pem, typename Read>
auto FromPem(const Pem& pem, Read read) {
  BIO* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  auto* object = read(memory, nullptr, nullptr, nullptr);
  BIO_free(memory);
  return object;
}

// 0 for all of them.
int VersionOf(const std::string& name) {
  if (name == "1.0") return TLS1_VERSION;
  if (name == "1.1") return TLS1_1_VERSION;
  if (name == "1.2") return TLS1_2_VERSION;
  return name == "1.3" ? TLS1_3_VERSION : 0;
}

SSL_CTX* MakeContext(const LoopbackServer::Options& options, int version) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  X509* cert = FromPem(options.certificate.cert_pem, PEM_read_bio_X509);
  EVP_PKEY* key = FromPem(options.certificate.key_pem, PEM_read_bio_PrivateKey);
  if (version != 0) {
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
    // The old ones are too weak for any other level.
    SSL_CTX_set_security_level(context, 0);
  }
  SSL_CTX_use_certificate(context, cert);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(cert);
  EVP_PKEY_free(key);
  if (!options.client_ca_pem.empty()) {
    X509* ca = FromPem(options.client_ca_pem, PEM_read_bio_X509);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca);
    X509_free(ca);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace

bool LoopbackServer::Connection::Do(const std::string& line) {
  const std::string rest = line.size() > 3 ? line.substr(3) : "";
  if (line.starts_with("S:")) return Send(rest + "\r\n");
  if (line.starts_with("S+")) return Send(Unescaped(rest));
  if (line.starts_with("C!")) return Take(rest);
  if (line.starts_with("S!")) return Act(rest);
  if (!line.starts_with("C:")) return Fail("the script has a line that is not understood");
  const auto got = TakeLine();
  if (!got) return Fail("the client closed instead of \"" + line + "\"");
  return GlobMatch(rest, *got) || Fail("expected \"" + line + "\", got \"" + *got + "\"");
}

// False unless the call should be repeated.
bool LoopbackServer::Connection::Retry(int result) {
  const int error = ssl_ != nullptr ? SSL_get_error(ssl_, result) : SSL_ERROR_NONE;
  if (error == SSL_ERROR_WANT_WRITE) return WaitReady(POLLOUT);
  if (error == SSL_ERROR_WANT_READ) return WaitReady(POLLIN);
  return false;
}

bool LoopbackServer::Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 16384));
    const int sent = ssl_ != nullptr
                         ? SSL_write(ssl_, bytes.data(), size)
                         : static_cast<int>(send(fd_, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL));
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (ssl_ != nullptr ? !Retry(sent) : errno != EAGAIN || !WaitReady(POLLOUT)) {
      return Fail("could not send to the client");
    }
  }
  return true;
}

bool LoopbackServer::Connection::Fill() {
  char chunk[16384];
  while (true) {
    const int got =
        ssl_ != nullptr ? SSL_read(ssl_, chunk, sizeof chunk) : static_cast<int>(recv(fd_, chunk, sizeof chunk, 0));
    if (got > 0) {
      buffer_.append(chunk, static_cast<std::size_t>(got));
      return true;
    }
    const bool again = ssl_ != nullptr ? Retry(got) : got < 0 && errno == EAGAIN && WaitReady(POLLIN);
    if (!again) return false;
  }
}

std::optional<std::string> LoopbackServer::Connection::TakeLine() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

bool LoopbackServer::Connection::Take(const std::string& what) {
  if (what == "eof") return ExpectEof();
  if (what == "anything") {
    while (Fill()) buffer_.clear();
    buffer_.clear();
    return true;
  }
  if (what.starts_with("answer ")) return Answer(what.substr(7));
  if (what.starts_with("http ")) return AnswerHttp(what.substr(5));
  if (what == "data") return TakeData() || Fail("the client closed within its data");
  if (what == "http") return TakeHttp() || Fail("the client closed within its request");
  if (const auto size = ParseInt(what.substr(std::min<std::size_t>(what.size(), 6)))) {
    return TakeBytes(static_cast<std::size_t>(*size)) || Fail("the client closed within its bytes");
  }
  return Fail("the script has a line that is not understood: " + what);
}

bool LoopbackServer::Connection::Answer(const std::string& count_and_reply) {
  const std::size_t space = count_and_reply.find(' ');
  for (long long left = ParseInt(count_and_reply.substr(0, space)).value_or(0); left > 0; --left) {
    if (!TakeLine()) return Fail("the client closed with " + std::to_string(left) + " lines to come");
    if (!Send(count_and_reply.substr(space + 1) + "\r\n")) return false;
  }
  return true;
}

bool LoopbackServer::Connection::AnswerHttp(const std::string& count_and_status) {
  const std::size_t space = count_and_status.find(' ');
  const std::string answer = "HTTP/1.1 " + count_and_status.substr(space + 1) + "\r\nContent-Length: 0\r\n\r\n";
  for (long long left = ParseInt(count_and_status.substr(0, space)).value_or(0); left > 0; --left) {
    if (!TakeHttp()) return Fail("the client closed with " + std::to_string(left) + " requests to come");
    if (!Send(answer)) return false;
  }
  return true;
}

bool LoopbackServer::Connection::SendLines(const std::string& size_and_length) {
  const std::vector<std::string> numbers = Split(size_and_length, ' ');
  const auto length = static_cast<std::size_t>(ParseInt(numbers.at(1)).value_or(0));
  std::string octets;
  for (auto left = static_cast<std::size_t>(ParseInt(numbers.at(0)).value_or(0)); left > 0;) {
    const std::size_t line = std::min(left, length + 2);
    octets.append(line - 2, 'x').append("\r\n");
    left -= line;
  }
  return Send(octets);
}

bool LoopbackServer::Connection::TakeBytes(std::size_t size) {
  while (buffer_.size() < size) {
    if (!Fill()) return false;
  }
  Keep(buffer_.substr(0, size));
  buffer_.erase(0, size);
  return true;
}

bool LoopbackServer::Connection::TakeData() {
  constexpr std::string_view kEnd = "\r\n.\r\n";
  std::size_t end = 0;
  while ((end = ("\r\n" + buffer_).find(kEnd)) == std::string::npos) {
    if (!Fill()) return false;
  }
  Keep(buffer_.substr(0, end));
  buffer_.erase(0, end + 3);
  return true;
}

bool LoopbackServer::Connection::TakeHttp() {
  std::string head;
  std::size_t size = 0;
  while (true) {
    const auto line = TakeLine();
    if (!line) return false;
    if (line->empty()) break;
    head += *line + "\n";
    const std::string lower = Lower(*line);
    if (lower.starts_with("content-length:")) size = static_cast<std::size_t>(*ParseInt(Trim(lower.substr(15))));
  }
  while (buffer_.size() < size) {
    if (!Fill()) return false;
  }
  Keep(head + "\n" + buffer_.substr(0, size));
  buffer_.erase(0, size);
  return true;
}

bool LoopbackServer::Connection::Act(const std::string& what) {
  const std::string version = what.substr(std::min(what.size(), what.find(' ') + 1));
  if (what == "tls" || what.starts_with("tls ")) return StartTls(false, version);
  if (what.starts_with("tls-fails")) return StartTls(true, version);
  if (what.starts_with("lines ")) return SendLines(what.substr(6));
  if (what.starts_with("wait ")) return server_.WaitFor(what.substr(5));
  if (what.starts_with("release ")) {
    server_.Release(what.substr(8));
    return true;
  }
  if (what == "reset") {
    const linger now = {1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  } else if (what != "close") {
    return Fail("the script has a line that is not understood: " + what);
  }
  Close();
  return true;
}

bool LoopbackServer::Connection::ExpectEof() {
  if (buffer_.empty() && !Fill()) return true;
  return Fail("expected silence, got \"" + buffer_ + "\"");
}

bool LoopbackServer::Connection::StartTls(bool expect_failure, const std::string& version) {
  SSL_CTX* context = MakeContext(server_.options_, VersionOf(version));
  ssl_ = SSL_new(context);
  SSL_CTX_free(context);
  SSL_set_fd(ssl_, fd_);
  int result = 0;
  while ((result = SSL_accept(ssl_)) != 1 && Retry(result)) {
  }
  // With TLS 1.3 the server is done before the client has judged: its alert comes with the first read.
  if (result == 1 && expect_failure && !Fill()) result = 0;
  if (expect_failure) return result != 1 || Fail("the client went on with a TLS that it should refuse");
  return result == 1 || Fail("the TLS handshake failed");
}

void LoopbackServer::Connection::Close() {
  if (ssl_ != nullptr) {
    SSL_shutdown(ssl_);
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace e2e
