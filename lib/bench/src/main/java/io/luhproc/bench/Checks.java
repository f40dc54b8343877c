package io.luhproc.bench;

import java.util.List;
import java.util.Map;

/** What {@code check()} costs an app that was started for something else. */
final class Checks {
  private static final double MOST = 5.0;

  private Checks() {}

  static List<Row> run(Setting setting) throws Exception {
    Rounds whole = new Rounds();
    Rounds inside = new Rounds();
    for (String kind : List.of("plain", "lambda", "check", "both")) {
      Child child = new Child(Setting.java(Hello.class, kind), Map.of());
      whole.with(kind, child::time);
      inside.with(kind, child::number);
    }
    whole.run(2, 30);
    inside.run(0, 20);
    double over = whole.of("check").median() - whole.of("plain").median();
    double both = whole.of("both").median() - whole.of("plain").median();
    return List.of(
        new Row(
            "hello world with `check()`, its task an object, whole process",
            Samples.text(over) + " over",
            "without "
                + Samples.text(whole.of("plain").median())
                + ", with one lambda only "
                + Samples.text(whole.of("lambda").median())
                + "; with a lambda for the task "
                + Samples.text(both)
                + " over",
            "<= " + Samples.text(MOST) + " over",
            over <= MOST),
        Row.of(
            "the same, from the first statement of `main` to after `check()`",
            Samples.text(inside.of("check").median()),
            "one lambda only "
                + Samples.text(inside.of("lambda").median())
                + ", a lambda for the task "
                + Samples.text(inside.of("both").median())));
  }
}
