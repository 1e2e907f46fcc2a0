package demo.pojo;

import java.util.List;
import java.util.Map;

/** The class that the recorded exchanges carry. */
public final class User {
  public String name = "";
  public int age;
  public long id;
  public Boolean vip;
  public List<String> tags;
  public Map<String, Integer> ext;

  /** A list's type. */
  public static List<User> several() {
    return List.of();
  }
}
