#!/bin/sh
# port-check.sh HOST SECONDS NAME:PORT:WORDS...
# Speaks to each port until it answers as WORDS says, or the seconds are over. WORDS: http (answers 200 to a health request),
# tls (answers a TLS greeting with TLS), smtp, imap or sieve (greets with its own protocol). Needs bash, or nc.
set -eu

host=$1 deadline=$(($(date +%s) + $2))
shift 2

# A TLS 1.2 ClientHello (RFC 5246 7.4.1.2) with the usual elliptic curve suites: enough for any server to say something in TLS.
hello='\026\003\001\000\113\001\000\000\107\003\003stalwart-helm-test-stalwart-help\000\000\010\300\053\300\057\300\054\300\060\001\000\000\026\000\012\000\004\000\002\000\027\000\015\000\012\000\010\004\003\010\004\004\001\010\007'

# exchange PORT TEXT: connects, sends the text (printf's escapes), prints the beginning of the answer with every octet visible.
exchange() {
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # they are the inner shell's arguments
    timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "$3" >&3 && head -c 300 <&3' bash "$host" "$1" "$2" 2>/dev/null
  else
    # shellcheck disable=SC2059 # the text is a format
    printf "$2" | timeout 5 nc "$host" "$1" 2>/dev/null
  fi | head -c 300 | od -An -c -v | tr -d ' \n'
}

text_of() {
  case $1 in
    http) printf '%s' "GET /healthz/live HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n" ;;
    tls) printf '%s' "$hello" ;;
    imap) printf '%s' "a LOGOUT\r\n" ;;
    sieve) printf '%s' "LOGOUT\r\n" ;;
    *) printf '%s' "QUIT\r\n" ;;
  esac
}

# Lines end as od shows them: \r\n.
fits() {
  case $1 in
    http) case $2 in HTTP/1.[01]200*) return 0 ;; esac ;;
    tls) case $2 in 026003* | 025003*) return 0 ;; esac ;;
    smtp) case $2 in 220*) return 0 ;; esac ;;
    imap) case $2 in '*OK'*) return 0 ;; esac ;;
    sieve) case $2 in *IMPLEMENTATION* | OK*) return 0 ;; esac ;;
  esac
  return 1
}

failed=''
for port; do
  name=${port%%:*} words=${port##*:}
  number=${port#*:} number=${number%:*}
  until answer=$(exchange "$number" "$(text_of "$words")") && fits "$words" "$answer"; do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      echo "port $name ($host:$number): expected $words, got: ${answer:-no answer}"
      failed="$failed $name"
      break
    fi
    sleep 1
  done
  case " $failed " in *" $name "*) ;; *) echo "port $name ($host:$number): $words" ;; esac
done
[ -z "$failed" ] || { echo "FAILED:$failed" && exit 1; }
echo "all $# ports answer"
