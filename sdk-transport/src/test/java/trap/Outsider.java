package trap;

/** A superclass whose package is not its subclass's. */
public class Outsider {
  protected Object any;
}
