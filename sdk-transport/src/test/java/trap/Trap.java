package trap;

/** A class on the class path that no signature names; it tells if it was ever initialized. */
public class Trap {
  static {
    State.sprung = true;
  }

  String name;

  /** Whether the trap was, without springing it. */
  public static final class State {
    public static volatile boolean sprung;

    private State() {}
  }
}
