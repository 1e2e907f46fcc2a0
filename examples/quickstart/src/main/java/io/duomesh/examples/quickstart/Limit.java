package io.duomesh.examples.quickstart;

import io.duomesh.RpcException;
import io.duomesh.Status;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A limit refuses the call over it, on the client's side, before anything is sent. */
final class Limit implements Step {
  private static final int MORE = 3;
  private static final long MOST = 20_000;

  @Override
  public String title() {
    return "A limit refuses the call over it";
  }

  @Override
  public void run(Shop shop, Console console) {
    MeshRoute route = shop.route("orders", "limited");
    MeshRoute taking = Forecast.first(route, "reserve");
    StepFailed.unless(
        taking.equals(route), "calls of reserve() are taken by " + taking + ", not by " + route);
    Bucket bucket = Bucket.of(route);
    console.configured(
        String.format(
            Locale.ROOT,
            "reserve() at %s: %,d calls at once, then %.3g a second; the others end as %s",
            route.target(),
            bucket.tokens(),
            bucket.perSecond(),
            bucket.refusal()));
    console.measured(call(shop, route, bucket));
  }

  /** Makes a few calls more than the limit lets pass, and checks how many did. */
  static String call(Shop shop, MeshRoute route, Bucket bucket) {
    StepFailed.unless(
        bucket.tokens() <= MOST, "the quickstart tries no limit above " + MOST + " calls");
    OrderService orders = shop.orders(route.target());
    long passed = 0;
    long refused = 0;
    Status refusal = null;
    long start = System.nanoTime();
    while (refused < MORE && passed < bucket.tokens() + MOST) {
      Status status = status(orders);
      if (status == null) {
        passed++;
      } else {
        StepFailed.unless(status.code() == bucket.refusal(), "a call ended otherwise: " + status);
        refused++;
        refusal = status;
      }
    }
    double refilled = (System.nanoTime() - start) / 1e9 * bucket.perSecond();
    String measured = passed + " calls passed, " + refused + " refused: " + refusal;
    StepFailed.unless(
        passed >= bucket.tokens() && passed <= bucket.tokens() + Math.ceil(refilled), measured);
    StepFailed.unless(refused > 0, measured + " (the bucket fills faster than calls drain it)");
    return measured;
  }

  private static @Nullable Status status(OrderService orders) {
    try {
      orders.reserve("tea");
      return null;
    } catch (RpcException e) {
      return e.status();
    }
  }
}
