package io.duomesh.governance.lb;

import io.duomesh.spi.LoadBalancerFactory.Candidates;
import io.duomesh.traffic.Endpoint;
import java.util.List;

/**
 * Candidates among which one picker chooses, with the endpoints as they are in this configuration.
 */
final class Group<C extends Candidate> implements Candidates {
  private final List<Member<C>> members;
  private final double[] shares;

  Group(List<Member<C>> members, double[] shares) {
    this.members = members;
    this.shares = shares;
  }

  /** A candidate and the endpoint that it is now. */
  record Member<C extends Candidate>(C candidate, Endpoint endpoint) {}

  /** A group in which only the endpoints' own weights count. */
  static <C extends Candidate> Group<C> flat(List<Member<C>> members) {
    double[] shares = new double[members.size()];
    addShares(members, 1, shares, 0);
    return new Group<>(members, shares);
  }

  /** Writes what each member gets of {@code whole} by its weight. */
  static <C extends Candidate> void addShares(
      List<Member<C>> members, double whole, double[] shares, int from) {
    long sum = 0;
    for (Member<C> member : members) {
      sum += member.endpoint().weight();
    }
    for (int i = 0; i < members.size(); i++) {
      shares[from + i] = whole * members.get(i).endpoint().weight() / sum;
    }
  }

  C candidate(int index) {
    return members.get(index).candidate();
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public Endpoint endpoint(int index) {
    return members.get(index).endpoint();
  }

  @Override
  public double share(int index) {
    return shares[index];
  }

  @Override
  public int active(int index) {
    return members.get(index).candidate().active();
  }
}
