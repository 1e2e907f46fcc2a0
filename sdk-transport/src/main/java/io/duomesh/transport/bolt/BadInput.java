package io.duomesh.transport.bolt;

/** What can be wrong with what a peer sends. */
enum BadInput {
  /** The stream is no Bolt, or cannot be followed any more; the connection closes. */
  PROTOCOL("protocol"),
  VERSION("version"),
  TYPE("type"),
  COMMAND("command"),
  CLASS_LENGTH("class length"),
  HEADER_LENGTH("header length"),
  CONTENT_LENGTH("content length"),
  CHECKSUM("checksum"),
  SLOW_FRAME("slow frame"),
  UNFINISHED_FRAMES("unfinished frames"),

  /** One message is wrong: it is refused or dropped, and the connection stays. */
  OVERSIZED("oversized frame"),
  HEADER_MAP("header map"),
  UNKNOWN_CODEC("unknown codec"),
  UNREADABLE_CONTENT("unreadable content"),
  EXPIRED_REQUEST("expired request"),
  UNKNOWN_STATUS("unknown status"),
  UNKNOWN_REPLY("reply to an unknown id"),
  LATE_REPLY("late reply");

  private final String text;

  BadInput(String text) {
    this.text = text;
  }

  /** Its name in messages and counts. */
  @Override
  public String toString() {
    return text;
  }
}
