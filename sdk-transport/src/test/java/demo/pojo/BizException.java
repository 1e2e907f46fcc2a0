package demo.pojo;

/** The declared exception that the recorded exchanges carry. */
public final class BizException extends Exception {
  private static final long serialVersionUID = 1L;

  public int code;

  /** An exception of a message. */
  public BizException(String message) {
    super(message);
  }
}
