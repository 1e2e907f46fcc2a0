package demo.api;

import java.util.List;
import java.util.Objects;

/** Named and shaped as in the captured streams. */
public class Pojo {
  private String name;
  private int age;
  private Long score;
  private List<String> tags;
  private Pojo child;
  private Color color;

  public Pojo() {}

  public Pojo(String name, int age, Long score, List<String> tags, Pojo child, Color color) {
    this.name = name;
    this.age = age;
    this.score = score;
    this.tags = tags;
    this.child = child;
    this.color = color;
  }

  public Pojo child() {
    return child;
  }

  public void child(Pojo newChild) {
    child = newChild;
  }

  public int age() {
    return age;
  }

  public void age(int newAge) {
    age = newAge;
  }

  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Pojo p
        && Objects.equals(name, p.name)
        && age == p.age
        && Objects.equals(score, p.score)
        && Objects.equals(tags, p.tags)
        && Objects.equals(child, p.child)
        && color == p.color;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, age, score);
  }

  @Override
  public String toString() {
    return "Pojo(" + name + "," + age + "," + score + "," + tags + "," + child + "," + color + ")";
  }
}
