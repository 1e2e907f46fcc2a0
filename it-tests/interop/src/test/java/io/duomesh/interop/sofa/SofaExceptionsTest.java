package io.duomesh.interop.sofa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.core.exception.RpcErrorType;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import io.duomesh.RpcException;
import io.duomesh.ServiceOptions;
import io.duomesh.Status;
import io.duomesh.Status.Code;
import io.duomesh.Status.Origin;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** Exceptions of services and failures of frameworks, both ways, on a JDK that opens nothing. */
@Timeout(120)
class SofaExceptionsTest {
  /** Throws what it is told to. */
  public interface Thrower {
    String fail(String how) throws Checked, Chained, Plain, Numbered, Burdened;
  }

  /** Takes a message. */
  public static class Checked extends Exception {
    private static final long serialVersionUID = 1L;
    private int code;

    public Checked(String message) {
      super(message);
    }

    Checked(String message, int code) {
      super(message);
      this.code = code;
    }
  }

  /** Takes a message and a cause. */
  public static final class Chained extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Chained(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Takes nothing: its message is its class's own. */
  public static final class Plain extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private String detail;

    public Plain() {
      super("always the same");
    }
  }

  /** Takes no message: cannot be rebuilt with it. */
  public static final class Numbered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("UnusedVariable") // read by whoever serializes it
    private final int number;

    public Numbered(int number) {
      super("number " + number);
      this.number = number;
    }
  }

  /** Has a field that cannot travel. */
  public static final class Burdened extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("UnusedVariable") // read by whoever serializes it
    private final Thread thread = Thread.currentThread();

    public Burdened(String message) {
      super(message);
    }
  }

  private static final class Service implements Thrower {
    @Override
    public String fail(String how) throws Checked {
      switch (how) {
        case "checked" -> throw new Checked("no", 7);
        case "chained" -> throw new Chained("outer", new IllegalStateException("inner"));
        case "later" -> {
          Checked later = new Checked("outer");
          later.initCause(new IllegalStateException("inner"));
          throw later;
        }
        case "plain" -> {
          Plain plain = new Plain();
          plain.detail = "more";
          throw plain;
        }
        case "numbered" -> throw new Numbered(42);
        case "burdened" -> throw new Burdened("heavy");
        case "jdk" -> throw new NoSuchElementException("nothing there");
        case "suppressed" -> {
          IllegalStateException thrown = new IllegalStateException("main");
          thrown.addSuppressed(new IllegalArgumentException("aside"));
          throw thrown;
        }
        case "silent" -> throw new Checked(null);
        case "error" -> throw new AssertionError("not so");
        case "foreign" -> throw new TestAbortedException("of a class that nobody named");
        default -> {
          return how;
        }
      }
    }
  }

  @RegisterExtension static final SofaPeers PEERS = new SofaPeers();

  private static int ourServer() {
    return PEERS
        .ourServer(s -> s.export(Thrower.class, new Service(), ServiceOptions.DEFAULT))
        .port();
  }

  private static Thrower theirClient() {
    return PEERS.theirClient(Thrower.class, ourServer()).refer();
  }

  private static Thrower ourClientOfTheirServer() {
    return PEERS
        .ourClient(PEERS.theirServer(SofaPeers.provider(Thrower.class, new Service())))
        .client(Thrower.class, SofaPeers.TARGET);
  }

  private static Thrower ourClientOfOurServer() {
    return PEERS.ourClient(ourServer()).client(Thrower.class, SofaPeers.TARGET);
  }

  private static <T extends Throwable> T thrown(Class<T> type, Thrower thrower, String how) {
    return assertThrows(type, () -> thrower.fail(how), how);
  }

  private static void assertKnownExceptionsComeAsThemselves(Thrower thrower) {
    Checked checked = thrown(Checked.class, thrower, "checked");
    assertEquals("no", checked.getMessage());
    assertEquals(7, checked.code);
    assertNull(thrown(Checked.class, thrower, "silent").getMessage());
    assertEquals("outer", thrown(Chained.class, thrower, "chained").getMessage());
    Plain plain = thrown(Plain.class, thrower, "plain");
    assertEquals("always the same", plain.getMessage());
    assertEquals("more", plain.detail);
    assertEquals(
        "nothing there", thrown(NoSuchElementException.class, thrower, "jdk").getMessage());
    IllegalStateException main = thrown(IllegalStateException.class, thrower, "suppressed");
    assertEquals("main", main.getMessage());
    assertEquals("aside", main.getSuppressed()[0].getMessage());
    assertTrue(
        List.of(main.getStackTrace()).stream()
            .anyMatch(frame -> frame.getMethodName().equals("fail")));
  }

  // ---- exceptions of the service

  @Test
  void theirClientGetsOurExceptionsAsThemselves() {
    Thrower thrower = theirClient();
    assertKnownExceptionsComeAsThemselves(thrower);
    assertEquals("not so", thrown(AssertionError.class, thrower, "error").getMessage());
    assertEquals("heavy", thrown(Burdened.class, thrower, "burdened").getMessage());
    thrown(TestAbortedException.class, thrower, "foreign");
    assertEquals("inner", thrown(Checked.class, thrower, "later").getCause().getMessage());
    // on Java 17 theirs cannot read the cause of a class with a (String, Throwable) constructor
    Chained chained = thrown(Chained.class, thrower, "chained");
    assertNull(chained.getCause());
    assertInstanceOf(IllegalStateException.class, chained.getSuppressed()[0]);
    assertEquals("inner", chained.getSuppressed()[0].getMessage());
  }

  @Test
  void ourClientGetsTheirExceptionsAsThemselves() {
    Thrower thrower = ourClientOfTheirServer();
    assertKnownExceptionsComeAsThemselves(thrower);
    assertEquals("inner", thrown(Chained.class, thrower, "chained").getCause().getMessage());
  }

  @Test
  void ourClientGetsOurExceptionsAsThemselves() {
    Thrower thrower = ourClientOfOurServer();
    assertKnownExceptionsComeAsThemselves(thrower);
    assertEquals("heavy", thrown(Burdened.class, thrower, "burdened").getMessage());
    for (String how : List.of("chained", "later")) {
      Exception outer = assertThrows(Exception.class, () -> thrower.fail(how));
      assertEquals("inner", outer.getCause().getMessage());
      assertEquals(0, outer.getSuppressed().length);
    }
  }

  @Test
  void exceptionThatTakesNoMessageComesWithTypeMessageAndFields() {
    for (Thrower thrower : List.of(ourClientOfTheirServer(), ourClientOfOurServer())) {
      RpcException stand = thrown(RpcException.class, thrower, "numbered");
      assertEquals(Origin.APPLICATION, stand.status().origin());
      assertEquals(Numbered.class.getName(), stand.remoteType());
      assertEquals(42, stand.remoteFields().get("number"));
      assertTrue(stand.getMessage().contains("number 42"), stand::getMessage);
    }
  }

  @Test
  void exceptionOfAClassThatIsNotAllowedComesWithTypeAndMessage() {
    for (Thrower thrower : List.of(ourClientOfTheirServer(), ourClientOfOurServer())) {
      RpcException stand = thrown(RpcException.class, thrower, "foreign");
      assertEquals(Origin.APPLICATION, stand.status().origin());
      assertEquals(TestAbortedException.class.getName(), stand.remoteType());
      assertTrue(stand.getMessage().contains("nobody named"), stand::getMessage);
    }
  }

  // ---- failures of our framework, as their callers know them

  /** Of a server of ours. */
  public interface Misfit {
    Object answer(String how) throws InterruptedException;
  }

  private static final CountDownLatch STARTED = new CountDownLatch(1);
  private static final CountDownLatch RELEASED = new CountDownLatch(1);

  private static int misfit() {
    return PEERS
        .ourServer(
            settings ->
                settings.set("duomesh.server.threads", "1").set("duomesh.server.queue", "0"),
            server ->
                server.export(
                    Misfit.class,
                    how -> {
                      if (how.equals("slow")) {
                        STARTED.countDown();
                        RELEASED.await(60, TimeUnit.SECONDS);
                        return "late";
                      }
                      if (how.equals("thread")) {
                        return Thread.currentThread();
                      }
                      throw new RpcException(Status.remote(Code.valueOf(how), "said " + how));
                    },
                    ServiceOptions.DEFAULT))
        .port();
  }

  @Test
  void theirClientKnowsOurFailures() throws Exception {
    Misfit misfit = PEERS.theirClient(Misfit.class, misfit()).refer();
    assertError(RpcErrorType.SERVER_SERIALIZE, null, () -> misfit.answer("thread"));
    assertError(
        RpcErrorType.SERVER_UNDECLARED_ERROR,
        "said PERMISSION_DENIED",
        () -> misfit.answer("PERMISSION_DENIED"));
    assertError(
        RpcErrorType.SERVER_UNDECLARED_ERROR,
        "said UNAVAILABLE",
        () -> misfit.answer("UNAVAILABLE"));
    assertError(
        RpcErrorType.SERVER_UNDECLARED_ERROR, "said INTERNAL", () -> misfit.answer("INTERNAL"));
    // the status says it all to SOFABolt, which shows no text of the server's with these
    assertError(RpcErrorType.SERVER_DESERIALIZE, null, () -> misfit.answer("INVALID_ARGUMENT"));
    assertError(RpcErrorType.CLIENT_TIMEOUT, null, () -> misfit.answer("DEADLINE_EXCEEDED"));
  }

  @Test
  void theirClientKnowsThatWeAreBusy() throws Exception {
    int port = misfit();
    Misfit slow = PEERS.theirClient(Misfit.class, port).setInvokeType("future").refer();
    Misfit misfit = PEERS.theirClient(Misfit.class, port).refer();
    slow.answer("slow");
    assertTrue(STARTED.await(60, TimeUnit.SECONDS));
    assertError(RpcErrorType.SERVER_BUSY, null, () -> misfit.answer("OK"));
    RELEASED.countDown();
  }

  private static void assertError(int type, String text, Executable call) {
    SofaRpcException thrown = assertThrows(SofaRpcException.class, call);
    assertEquals(type, thrown.getErrorType(), thrown::toString);
    if (text != null) {
      assertTrue(thrown.getMessage().contains(text), thrown::getMessage);
    }
  }

  // ---- failures of their framework, as our callers know them

  @Test
  void ourClientKnowsTheirFailures() {
    ProviderConfig<Misfit> provider =
        SofaPeers.provider(
            Misfit.class,
            how -> {
              if (how.equals("thread")) {
                return Thread.currentThread();
              }
              throw new SofaRpcException(RpcErrorType.SERVER_FILTER, "not you");
            });
    Misfit misfit =
        PEERS.ourClient(PEERS.theirServer(provider)).client(Misfit.class, SofaPeers.TARGET);
    RpcException unwritten = assertThrows(RpcException.class, () -> misfit.answer("thread"));
    assertEquals(Code.INTERNAL, unwritten.status().code());
    assertEquals(Origin.REMOTE, unwritten.status().origin());
    RpcException refused = assertThrows(RpcException.class, () -> misfit.answer("filter"));
    assertTrue(refused.getMessage().contains("not you"), refused::getMessage);
  }
}
