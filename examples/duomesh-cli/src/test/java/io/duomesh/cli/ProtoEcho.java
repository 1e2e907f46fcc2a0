package io.duomesh.cli;

import com.google.protobuf.StringValue;

/** A service of protobuf messages, as a peer has it. */
public interface ProtoEcho {
  StringValue echo(StringValue text);
}
