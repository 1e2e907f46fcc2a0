package io.duomesh.interop.sofa;

import com.alipay.hessian.generic.model.GenericObject;
import com.alipay.sofa.rpc.api.GenericService;
import com.alipay.sofa.rpc.api.future.SofaResponseFuture;
import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A SOFARPC of whatever version its class path has, in a process of its own: {@code serve PORT} or
 * {@code call PORT}. Prints {@code READY}, or {@code DONE}, or what went wrong.
 */
final class OlderPeer {
  /** What is called. */
  public interface Ledger {
    Entry book(Entry entry, int count, List<String> notes) throws Refused;

    Map<String, Entry> byName(Entry[] entries);

    String echo(String text);

    String baggage(String name);

    void forget();
  }

  /** A value. */
  public static class Entry implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    String name;
    int count;
    long id = 1L << 40;
    double rate = 1.5;
    boolean open = true;
    BigDecimal price;
    Date when;
    Kind kind;
    byte[] bytes;
    List<String> notes = new ArrayList<String>();
    Map<String, Integer> sums = new HashMap<String, Integer>();
    Entry self;
  }

  /** A constant. */
  public enum Kind {
    DEBIT,
    CREDIT
  }

  /** An exception. */
  public static class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;

    public Refused(String message) {
      super(message);
      code = 9;
    }

    int code() {
      return code;
    }
  }

  /** Serves it. */
  static final class Book implements Ledger {
    @Override
    public Entry book(Entry entry, int count, List<String> notes) throws Refused {
      if (count < 0) {
        throw new Refused("nothing is negative");
      }
      entry.count = count;
      entry.notes = new ArrayList<String>(notes);
      entry.self = entry;
      return entry;
    }

    @Override
    public Map<String, Entry> byName(Entry[] entries) {
      Map<String, Entry> map = new HashMap<String, Entry>();
      for (Entry entry : entries) {
        map.put(entry.name, entry);
      }
      return map;
    }

    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public String baggage(String name) {
      return RpcInvokeContext.getContext().getRequestBaggage(name);
    }

    @Override
    public void forget() {}
  }

  private OlderPeer() {}

  static Entry entry(String name) {
    Entry entry = new Entry();
    entry.name = name;
    entry.price = new BigDecimal("12.50");
    entry.when = new Date(1_700_000_000_000L);
    entry.kind = Kind.CREDIT;
    entry.bytes = new byte[] {1, 2, -3};
    entry.sums.put("a", 1);
    return entry;
  }

  /** Calls everything; throws where an answer is not what it should be. */
  @SuppressWarnings("ReferenceEquality") // a reference to itself is asked for
  static void callAll(Ledger ledger) throws Exception {
    require("héllo 😀".equals(ledger.echo("héllo 😀")), "echo");
    require(ledger.echo(null) == null, "null");
    Entry booked = ledger.book(entry("rent"), 3, Arrays.asList("a", "b"));
    require("rent".equals(booked.name) && booked.count == 3, "entry");
    require(booked.price.equals(new BigDecimal("12.50")), "decimal");
    require(booked.when.getTime() == 1_700_000_000_000L, "date");
    require(booked.kind == Kind.CREDIT, "enum");
    require(Arrays.equals(new byte[] {1, 2, -3}, booked.bytes), "bytes");
    require(booked.notes.equals(Arrays.asList("a", "b")), "list");
    require(booked.self == booked, "reference to itself");
    require(booked.id == 1L << 40 && booked.rate == 1.5 && booked.open, "primitives");
    Map<String, Entry> named = ledger.byName(new Entry[] {entry("x"), entry("y")});
    require("y".equals(named.get("y").name), "map");
    ledger.forget();
    try {
      ledger.book(entry("x"), -1, new ArrayList<String>());
      require(false, "exception");
    } catch (Refused refused) {
      require(refused.code() == 9, "field of the exception");
    }
  }

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("wrong: " + what);
    }
  }

  public static void main(String[] arguments) throws Exception {
    RpcConfigs.putValue(RpcOptions.DEFAULT_TRACER, "");
    RpcConfigs.putValue("module.load.list", "fault-tolerance");
    RpcConfigs.putValue("invoke.baggage.enable", true); // off by default in older versions
    int port = Integer.parseInt(arguments[1]);
    try {
      if (arguments[0].equals("serve")) {
        serve(port);
        System.out.println("READY");
        System.out.flush();
        while (System.in.read() >= 0) {} // until the parent closes it
      } else {
        call(port);
        System.out.println("DONE");
      }
    } catch (Throwable e) {
      System.out.println("FAILED: " + e + ' ' + Arrays.toString(e.getStackTrace()));
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void serve(int port) {
    ServerConfig server =
        new ServerConfig()
            .setProtocol("bolt")
            .setHost("127.0.0.1")
            .setBoundHost("127.0.0.1")
            .setPort(port)
            .setDaemon(true);
    new ProviderConfig<Ledger>()
        .setInterfaceId(Ledger.class.getName())
        .setRef(new Book())
        .setServer(server)
        .setRegister(false)
        .export();
  }

  private static <T> ConsumerConfig<T> client(int port) {
    return new ConsumerConfig<T>()
        .setInterfaceId(Ledger.class.getName())
        .setProtocol("bolt")
        .setDirectUrl("bolt://127.0.0.1:" + port)
        .setRegister(false)
        .setRepeatedReferLimit(-1)
        .setConnectTimeout(30_000)
        .setTimeout(30_000);
  }

  private static void call(int port) throws Exception {
    callAll(OlderPeer.<Ledger>client(port).refer());
    Ledger later = OlderPeer.<Ledger>client(port).setInvokeType("future").refer();
    later.echo("x");
    require("x".equals(SofaResponseFuture.getResponse(30_000, true)), "future");
    OlderPeer.<Ledger>client(port).setInvokeType("oneway").refer().forget();
    RpcInvokeContext.getContext().putRequestBaggage("lane", "green");
    require("green".equals(OlderPeer.<Ledger>client(port).refer().baggage("lane")), "baggage");
    GenericService generic = OlderPeer.<GenericService>client(port).setGeneric(true).refer();
    GenericObject entry = new GenericObject(Entry.class.getName());
    entry.putField("name", "generic");
    GenericObject booked =
        (GenericObject)
            generic.$genericInvoke(
                "book",
                new String[] {Entry.class.getName(), "int", "java.util.List"},
                new Object[] {entry, 2, new ArrayList<String>()});
    require("generic".equals(booked.getField("name")), "generic");
    try {
      OlderPeer.<Ledger>client(port).setUniqueId("absent").refer().echo("x");
      require(false, "unknown service");
    } catch (SofaRpcException expected) {
      require(expected.getMessage().contains("RPC-020100010"), expected.getMessage());
    }
  }
}
