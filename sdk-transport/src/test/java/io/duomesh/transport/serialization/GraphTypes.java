package io.duomesh.transport.serialization;

import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Classes that generated graphs are made of: fields of every kind that a service may have. */
@SuppressWarnings("UnusedVariable") // read and written by their names
final class GraphTypes {
  private GraphTypes() {}

  enum Plain {
    A,
    B,
    C
  }

  enum Bodied {
    X,
    Y {
      @Override
      int weight() {
        return 2;
      }
    };

    int weight() {
      return 1;
    }
  }

  static class Base implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
    static int counter = 7;
    transient String forgotten = "default";
    private int id;
    private String name;
    protected Object any;

    void base(int newId, String newName, Object newAny) {
      id = newId;
      name = newName;
      any = newAny;
    }
  }

  static class Numbers extends Base {
    @Serial private static final long serialVersionUID = 1L;
    int i;
    long l;
    boolean z;
    double d;
    short s;
    byte b;
    float f;
    char c;
    Integer boxedI;
    Long boxedL;
    Boolean boxedZ;
    Double boxedD;
    Short boxedS;
    Byte boxedB;
    Float boxedF;
    Character boxedC;
  }

  static class Values extends Base {
    @Serial private static final long serialVersionUID = 1L;
    String text;
    CharSequence chars;
    Date date;
    BigDecimal decimal;
    Plain plain;
    Bodied bodied;
    Locale locale;
    LocalDate day;
    LocalDateTime time;
    Instant instant;
    Number number;
    Comparable<?> comparable;
    Serializable serializable;
  }

  static class Arrays extends Base {
    @Serial private static final long serialVersionUID = 1L;
    int[] i;
    long[] l;
    boolean[] z;
    double[] d;
    short[] s;
    byte[] b;
    float[] f;
    char[] c;
    String[] text;
    Object[] objects;
    Integer[] boxedI;
    Long[] boxedL;
    Double[] boxedD;
    Boolean[] boxedZ;
    Date[] dates;
    Plain[] plains;
    Base[] bases;
    int[][] grid;
    String[][] texts;
  }

  static class Links extends Numbers {
    @Serial private static final long serialVersionUID = 1L;
    Base next;
    Links other;
    List<Base> list;
    List<List<Long>> lists;
    Collection<String> strings;
    LinkedList<Integer> linked;
    Set<String> set;
    Set<Plain> plains;
    Map<String, Base> map;
    Map<Integer, List<Base>> grouped;
    Map<Plain, Object> byPlain;
    SortedMap<String, Integer> sorted;
    Object object;
  }

  static class Page<T> extends Base {
    @Serial private static final long serialVersionUID = 1L;
    List<T> items;
    T first;
    Map<String, T> named;
  }

  static class LinksPage extends Page<Links> {
    @Serial private static final long serialVersionUID = 1L;
    long total;
  }

  static final class Shadow extends Base {
    @Serial private static final long serialVersionUID = 1L;
    private String name; // hides the one of Base
    private int id;

    void shadow(int newId, String newName) {
      id = newId;
      name = newName;
    }
  }

  record Pair(int left, String right, Long number, List<String> more, Plain plain)
      implements Serializable {}
}
