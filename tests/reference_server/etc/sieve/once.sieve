# A message that a client sends again, since it never saw the answer, is not delivered again.
require ["duplicate"];

if duplicate {
  discard;
  stop;
}
