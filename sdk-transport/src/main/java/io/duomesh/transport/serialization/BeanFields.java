package io.duomesh.transport.serialization;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a class in the order of a dialect. Immutable but for what it remembers. */
final class BeanFields {
  final ClassShape shape;
  final BeanField[] fields;
  private final Map<String, List<BeanField>> byName = new HashMap<>();
  private volatile @Nullable Plan plan;

  /** The fields behind a definition's names; null for those that the class lacks. */
  private static final class Plan {
    final List<String> names;
    final @Nullable BeanField[] fields;

    Plan(List<String> names, @Nullable BeanField[] fields) {
      this.names = names;
      this.fields = fields;
    }
  }

  private BeanFields(String className, List<BeanField> fields) {
    this.fields = fields.toArray(BeanField[]::new);
    this.shape = ClassShape.of(className, fields.stream().map(BeanField::name).toList());
    for (BeanField field : fields) {
      byName.computeIfAbsent(field.name(), name -> new ArrayList<>(1)).add(field);
    }
  }

  /** In the order of SOFA-Hessian. */
  static BeanFields sofa(String className, List<BeanField> fields) {
    return new BeanFields(className, fields);
  }

  /** In the order of hessian-lite: from last to first. */
  static BeanFields lite(String className, List<BeanField> fields) {
    List<BeanField> reversed = new ArrayList<>(fields);
    Collections.reverse(reversed);
    return new BeanFields(className, reversed);
  }

  /** The field of a name, a subclass's before the one that it hides. */
  @Nullable BeanField named(String name) {
    List<BeanField> found = byName.get(name);
    return found == null ? null : ownest(found);
  }

  @SuppressWarnings("ReferenceEquality") // definitions are cached, so another list is rare
  @Nullable BeanField[] of(List<String> names) {
    Plan last = plan;
    if (last == null || last.names != names) {
      last = new Plan(names, match(names));
      plan = last;
    }
    return last.fields;
  }

  /** A name that comes as often as the class has it means each in turn, else the subclass's. */
  private @Nullable BeanField[] match(List<String> names) {
    @Nullable BeanField[] matched = new BeanField[names.size()];
    Map<String, Integer> times = new HashMap<>();
    names.forEach(name -> times.merge(name, 1, Integer::sum));
    Map<String, Integer> met = new HashMap<>();
    for (int i = 0; i < matched.length; i++) {
      String name = names.get(i);
      List<BeanField> found = byName.get(name);
      int nth = met.merge(name, 1, Integer::sum) - 1;
      if (found != null) {
        boolean each = found.size() > 1 && times.getOrDefault(name, 0) == found.size();
        matched[i] = each ? found.get(nth) : nth == 0 ? ownest(found) : null;
      }
    }
    return matched;
  }

  private static BeanField ownest(List<BeanField> found) {
    BeanField ownest = found.get(0);
    for (BeanField field : found) {
      if (ownest.field.getDeclaringClass().isAssignableFrom(field.field.getDeclaringClass())) {
        ownest = field;
      }
    }
    return ownest;
  }
}
