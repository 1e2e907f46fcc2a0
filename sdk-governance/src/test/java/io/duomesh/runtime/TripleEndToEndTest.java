package io.duomesh.runtime;

/** The same calls over Triple. */
class TripleEndToEndTest extends BoltEndToEndTest {
  @Override
  String protocol() {
    return "triple";
  }
}
