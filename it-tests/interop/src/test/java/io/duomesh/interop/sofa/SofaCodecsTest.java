package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status.Code;
import io.duomesh.Status.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Contents in Protobuf and JSON, SOFARPC's codecs 11 and 12, both ways. */
@Timeout(120)
class SofaCodecsTest {
  /** A service of messages. */
  public interface Greeter {
    StringValue greet(StringValue name);

    Struct describe(StringValue name);
  }

  /** A service of plain values, as JSON has them. */
  public interface Desk {
    String upper(String text);

    Note file(Note note);

    String join(String first, int second, List<String> rest);

    Note lookUp(String title);
  }

  /** A bean with accessors, as SOFARPC's JSON wants it. */
  public static class Note {
    private String title;
    private int pages;
    private List<String> tags = new ArrayList<>();

    public String getTitle() {
      return title;
    }

    public void setTitle(String title) {
      this.title = title;
    }

    public int getPages() {
      return pages;
    }

    public void setPages(int pages) {
      this.pages = pages;
    }

    public List<String> getTags() {
      return tags;
    }

    public void setTags(List<String> tags) {
      this.tags = tags;
    }
  }

  private static final class Host implements Greeter {
    @Override
    public StringValue greet(StringValue name) {
      if (name.getValue().equals("nobody")) {
        throw new IllegalArgumentException("nobody is here");
      }
      return StringValue.of(name.getValue().isEmpty() ? "" : "hello " + name.getValue());
    }

    @Override
    public Struct describe(StringValue name) {
      Struct.Builder struct = Struct.newBuilder();
      if (!name.getValue().isEmpty()) {
        struct.putFields("name", Value.newBuilder().setStringValue(name.getValue()).build());
      }
      return struct.build();
    }
  }

  private static final class Clerk implements Desk {
    @Override
    public String upper(String text) {
      if (text.isEmpty()) {
        throw new IllegalStateException("nothing to raise");
      }
      return text.toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public Note file(Note note) {
      note.setPages(note.getPages() + 1);
      note.getTags().add("filed");
      return note;
    }

    @Override
    public String join(String first, int second, List<String> rest) {
      return first + second + rest;
    }

    @Override
    public Note lookUp(String title) {
      return null;
    }
  }

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  private static int ourServer() {
    return PEERS
        .ourServer(
            server -> {
              server.export(Greeter.class, new Host(), ServiceOptions.DEFAULT);
              server.export(Desk.class, new Clerk(), ServiceOptions.DEFAULT);
            })
        .port();
  }

  private static int theirServer() {
    return PEERS.theirServer(
        SofaPeers.provider(Greeter.class, new Host()).setSerialization("protobuf"),
        SofaPeers.provider(Desk.class, new Clerk()).setSerialization("json"));
  }

  private static Duomesh ourClient(String serialization) {
    return PEERS.ourClient(theirServer(), serialization, UnaryOperator.identity());
  }

  private static Note note(String title) {
    Note note = new Note();
    note.setTitle(title);
    note.setPages(2);
    note.getTags().add("new");
    return note;
  }

  // ---- their client, our server

  @Test
  void theirProtobufClientGetsOurMessages() {
    Greeter greeter =
        PEERS.theirClient(Greeter.class, ourServer()).setSerialization("protobuf").refer();
    assertEquals("hello Ada", greeter.greet(StringValue.of("Ada")).getValue());
    assertEquals(
        "Ada", greeter.describe(StringValue.of("Ada")).getFieldsOrThrow("name").getStringValue());
  }

  @Test
  void theirProtobufClientTakesOurEmptyMessage() {
    Greeter greeter =
        PEERS.theirClient(Greeter.class, ourServer()).setSerialization("protobuf").refer();
    assertEquals(0, greeter.describe(StringValue.of("")).getFieldsCount());
    assertEquals("", greeter.greet(StringValue.of("")).getValue());
  }

  @Test
  void theirProtobufClientIsToldOfOurException() {
    Greeter greeter =
        PEERS.theirClient(Greeter.class, ourServer()).setSerialization("protobuf").refer();
    SofaRpcException thrown =
        assertThrows(SofaRpcException.class, () -> greeter.greet(StringValue.of("nobody")));
    assertTrue(thrown.getMessage().contains("nobody is here"), thrown::getMessage);
  }

  @Test
  void theirJsonClientGetsOurValues() {
    Desk desk = PEERS.theirClient(Desk.class, ourServer()).setSerialization("json").refer();
    assertEquals("HÉLLO 😀", desk.upper("héllo 😀"));
    Note filed = desk.file(note("tea"));
    assertEquals("tea", filed.getTitle());
    assertEquals(3, filed.getPages());
    assertEquals(List.of("new", "filed"), filed.getTags());
    assertEquals("a1[b, c]", desk.join("a", 1, List.of("b", "c")));
    assertNull(desk.lookUp("absent"));
  }

  @Test
  void theirJsonClientIsToldOfOurException() {
    Desk desk = PEERS.theirClient(Desk.class, ourServer()).setSerialization("json").refer();
    SofaRpcException thrown = assertThrows(SofaRpcException.class, () -> desk.upper(""));
    assertTrue(thrown.getMessage().contains("nothing to raise"), thrown::getMessage);
  }

  // ---- our client, their server

  @Test
  void ourProtobufClientGetsTheirMessages() {
    Greeter greeter = ourClient(null).client(Greeter.class, SofaPeers.TARGET);
    assertEquals("hello Ada", greeter.greet(StringValue.of("Ada")).getValue());
    assertEquals(
        "Ada", greeter.describe(StringValue.of("Ada")).getFieldsOrThrow("name").getStringValue());
  }

  @Test
  void ourProtobufClientGetsTheirEmptyMessage() {
    Greeter greeter = ourClient("protobuf").client(Greeter.class, SofaPeers.TARGET);
    assertEquals("", greeter.greet(StringValue.of("")).getValue());
    assertEquals(0, greeter.describe(StringValue.of("")).getFieldsCount());
  }

  @Test
  void ourProtobufClientIsToldOfTheirException() {
    Greeter greeter = ourClient("protobuf").client(Greeter.class, SofaPeers.TARGET);
    RpcException thrown =
        assertThrows(RpcException.class, () -> greeter.greet(StringValue.of("nobody")));
    assertEquals(Origin.APPLICATION, thrown.status().origin());
    assertTrue(thrown.getMessage().contains("nobody is here"), thrown::getMessage);
  }

  @Test
  void ourJsonClientGetsTheirValues() {
    Desk desk = ourClient("json").client(Desk.class, SofaPeers.TARGET);
    assertEquals("HÉLLO 😀", desk.upper("héllo 😀"));
    Note filed = desk.file(note("tea"));
    assertEquals("tea", filed.getTitle());
    assertEquals(3, filed.getPages());
    assertEquals(List.of("new", "filed"), filed.getTags());
    assertEquals("a1[b, c]", desk.join("a", 1, List.of("b", "c")));
    assertNull(desk.lookUp("absent"));
  }

  @Test
  void ourJsonClientIsToldOfTheirException() {
    Desk desk = ourClient("json").client(Desk.class, SofaPeers.TARGET);
    RpcException thrown = assertThrows(RpcException.class, () -> desk.upper(""));
    assertEquals(Origin.APPLICATION, thrown.status().origin());
    assertEquals(Code.UNKNOWN, thrown.status().code());
    assertTrue(thrown.getMessage().contains("nothing to raise"), thrown::getMessage);
  }

  // ---- ours both

  @Test
  void oursSpeakEveryCodecWithEachOther() {
    int port = ourServer();
    for (String codec : List.of("hessian-sofa", "json")) {
      Desk desk =
          PEERS
              .ourClient(port, codec, UnaryOperator.identity())
              .client(Desk.class, SofaPeers.TARGET);
      assertEquals("a1[b]", desk.join("a", 1, List.of("b")), codec);
      assertEquals(3, desk.file(note("tea")).getPages(), codec);
      assertNull(desk.lookUp("x"), codec);
    }
    Greeter greeter =
        PEERS
            .ourClient(port, "protobuf", UnaryOperator.identity())
            .client(Greeter.class, SofaPeers.TARGET);
    assertEquals("", greeter.greet(StringValue.of("")).getValue());
    assertEquals("hello Bob", greeter.greet(StringValue.of("Bob")).getValue());
  }
}
