#include "net/http_client.h"

#include <fmt/format.h>

#include <exception>

#include "base/text.h"
#include "net/curl.h"

namespace e2e {

namespace {

constexpr std::size_t kMaxBody = std::size_t{256} * 1024 * 1024;

using OnData = std::function<bool(std::string_view)>;

// What one transfer writes into; libcurl's callbacks get its address.
struct Transfer {
  HttpResponse& response;
  const OnData& on_data;
  std::size_t received = 0;
  bool stopped = false;
  std::string thrown = {};
};

std::size_t OnHeader(char* bytes, std::size_t, std::size_t size, void* user) {
  HttpResponse& response = static_cast<Transfer*>(user)->response;
  const std::string_view line = Trim(std::string_view(bytes, size));
  // An interim answer (100) has its own head, which the final one replaces.
  if (line.starts_with("HTTP/")) {
    response.headers.clear();
    const auto status = ParseInt(line.substr(0, line.find(' ', line.find(' ') + 1)).substr(line.find(' ') + 1));
    response.status = static_cast<int>(status.value_or(0));
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    std::string& value = response.headers[Lower(Trim(line.substr(0, colon)))];
    value += (value.empty() ? "" : ", ") + std::string(Trim(line.substr(colon + 1)));
  }
  return size;
}

// An exception must not pass through libcurl's frames.
std::size_t OnBody(char* bytes, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.received += size;
  try {
    transfer.stopped = !transfer.on_data(std::string_view(bytes, size));
  } catch (const std::exception& problem) {
    transfer.thrown = problem.what();
    transfer.stopped = true;
  }
  // Any count but `size` ends the transfer.
  return transfer.stopped ? size + 1 : size;
}

bool IsIdempotent(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

CurlList HeadersOf(const HttpRequest& request) {
  CurlList list;
  for (const auto& [name, value] : request.headers) list.Append(value.empty() ? name + ";" : name + ": " + value);
  // Without a value these stop libcurl from adding its own.
  list.Append("Expect:");
  if (!request.body.empty() || !request.content_type.empty()) {
    list.Append("Content-Type:" + (request.content_type.empty() ? "" : " " + request.content_type));
  }
  return list;
}

void SetMethodAndBody(CurlEasy& easy, const HttpRequest& request) {
  const bool carries_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (carries_body || !request.body.empty()) {
    easy.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    easy.Set(CURLOPT_POSTFIELDS, request.body.data());
  }
  if (request.method == "HEAD") {
    easy.Set(CURLOPT_NOBODY, 1L);
  } else {
    easy.Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  easy.Set(CURLOPT_FRESH_CONNECT, IsIdempotent(request.method) ? 0L : 1L);
}

void Configure(CurlEasy& easy, const HttpRequest& request, const CurlList& headers, Transfer& transfer) {
  easy.Reset();
  easy.Set(CURLOPT_URL, (UrlOf(request.scheme, request.endpoint) + request.path).c_str());
  easy.Set(CURLOPT_PATH_AS_IS, 1L);
  easy.Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  easy.DialAt(request.endpoint);
  easy.Trust(request.trust);
  if (request.client) easy.Present(*request.client);
  if (request.basic) {
    easy.Set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    easy.Set(CURLOPT_USERNAME, request.basic->user.c_str());
    easy.Set(CURLOPT_PASSWORD, request.basic->password.c_str());
  }
  easy.Set(CURLOPT_HTTPHEADER, headers.get());
  SetMethodAndBody(easy, request);
  easy.Set(CURLOPT_HEADERFUNCTION, &OnHeader);
  easy.Set(CURLOPT_HEADERDATA, &transfer);
  easy.Set(CURLOPT_WRITEFUNCTION, &OnBody);
  easy.Set(CURLOPT_WRITEDATA, &transfer);
}

Error TransportError(const HttpRequest& request, const CurlEasy& easy, CURLcode code, const Transfer& transfer) {
  const std::string why = easy.Why(code);
  const auto error = [&request](const std::string& text) {
    return Error(ErrorKind::kTransport, request.Text() + ": " + text);
  };
  switch (code) {
    case CURLE_COULDNT_CONNECT: return error(why + "; is the server listening, and does the port mapping lead to it?");
    case CURLE_GOT_NOTHING: return error("closed by the server before an answer");
    case CURLE_SEND_ERROR: return error("lost while sending the request: " + why);
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      if (transfer.response.status == 0) return error("closed by the server before an answer: " + why);
      return error(fmt::format("lost within the answer, after {} bytes of its body: {}", transfer.received, why));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE: return error("TLS failed: " + why);
    default: return error(why);
  }
}

}  // namespace

struct HttpClient::State {
  State(Clock& clock_in, const Interrupt& interrupt_in) : clock(clock_in), interrupt(interrupt_in) {}

  Outcome<StreamEnd> Run(const HttpRequest& request, Deadline deadline, Transfer& transfer);

  Clock& clock;
  const Interrupt& interrupt;
  // Declared in this order so that the connections go before the handle that they refer to.
  CurlEasy easy;
  CurlMulti multi;
};

Outcome<StreamEnd> HttpClient::State::Run(const HttpRequest& request, Deadline deadline, Transfer& transfer) {
  const TimePoint start = clock.Now();
  const CurlList headers = HeadersOf(request);
  Configure(easy, request, headers, transfer);
  const CurlEnd end = multi.Run(easy, clock, interrupt, deadline);
  multi.Remove();
  transfer.response.elapsed = std::chrono::duration_cast<Duration>(clock.Now() - start);
  if (end.by == CurlEnd::By::kInterrupt) return Error(ErrorKind::kInterrupted, request.Text() + ": stopped on request");
  if (end.by == CurlEnd::By::kDeadline || end.code == CURLE_OPERATION_TIMEDOUT) return StreamEnd::kDeadline;
  if (!transfer.thrown.empty()) return Error(ErrorKind::kInternal, request.Text() + ": " + transfer.thrown);
  if (transfer.stopped) return StreamEnd::kStopped;
  if (end.code != CURLE_OK) return TransportError(request, easy, end.code, transfer);
  return StreamEnd::kServerClosed;
}

HttpClient::HttpClient(Clock& clock, const Interrupt& interrupt) : state_(std::make_unique<State>(clock, interrupt)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Outcome<HttpResponse> HttpClient::Send(const HttpRequest& request, Deadline deadline) {
  HttpResponse response;
  const OnData keep = [&response](std::string_view chunk) {
    response.body += chunk;
    return response.body.size() <= kMaxBody;
  };
  Transfer transfer{response, keep};
  E2E_TRY(const StreamEnd end, state_->Run(request, deadline, transfer), "sending a request");
  if (end == StreamEnd::kStopped) return Error(ErrorKind::kTransport, request.Text() + ": answer of more than 256 MiB");
  if (end == StreamEnd::kDeadline) {
    return Error(ErrorKind::kTimeout,
                 fmt::format("{}: timed out after {}, {}", request.Text(), Text(response.elapsed),
                             response.status == 0
                                 ? "without an answer"
                                 : fmt::format("{} bytes into an answer {}", transfer.received, response.status)));
  }
  return response;
}

Outcome<StreamEnd> HttpClient::Stream(const HttpRequest& request, Deadline deadline, const OnData& on_data,
                                      HttpResponse* head) {
  HttpResponse own;
  HttpResponse& response = head != nullptr ? *head : own;
  response = HttpResponse();
  Transfer transfer{response, on_data};
  E2E_TRY(const StreamEnd end, state_->Run(request, deadline, transfer), "streaming an answer");
  if (end == StreamEnd::kDeadline && response.status == 0) {
    return Error(ErrorKind::kTimeout,
                 fmt::format("{}: timed out after {}, without an answer", request.Text(), Text(response.elapsed)));
  }
  return end;
}

std::string HttpRequest::Text() const {
  return fmt::format("{} {}{} at {}", method, UrlOf(scheme, endpoint), path, endpoint.Text());
}

}  // namespace e2e
