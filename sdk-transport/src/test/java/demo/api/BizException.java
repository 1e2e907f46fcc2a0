package demo.api;

/** Named and shaped as in the captured streams. */
public class BizException extends Exception {
  private static final long serialVersionUID = 1L;

  private String code;

  public BizException(String message, String code) {
    super(message);
    this.code = code;
  }

  public BizException(String message) {
    super(message);
  }

  public String code() {
    return code;
  }
}
