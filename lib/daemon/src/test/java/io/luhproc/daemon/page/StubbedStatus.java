package io.luhproc.daemon.page;

import java.util.List;
import java.util.Locale;

/** Answers of the API with services in states that real ones rarely reach. */
final class StubbedStatus {
  private StubbedStatus() {}

  /** Returns JSON whose strings are in single quotes. */
  static String json(String text) {
    return text.replace('\'', '"');
  }

  /**
   * Returns a service of the answer of {@code /status}.
   *
   * @param properties more properties, or empty, such as {@code ,'blockedOn':['db']}
   */
  static String service(String name, String state, String properties, String... processes) {
    return json(
        "{'name':'%1$s','running':%3$s,'state':'%2$s','cause':'c','processes':[%4$s]%5$s}"
            .formatted(
                name, state, state.equals("running"), String.join(",", processes), properties));
  }

  /** Returns a process of a service, with more properties as for a service. */
  static String process(String name, String state, String properties) {
    return json(
        "{'name':'%1$s','state':'%2$s','since':'2026-01-01T00:00:00Z','restarts':0%3$s}"
            .formatted(name, state, properties));
  }

  /** Returns an element of the answer of {@code /usage}. */
  static String usage(String service, String process, int pid, int readAt, int cpu, int mebibytes) {
    return json(
        String.format(
            Locale.ROOT,
            "{'service':'%s','process':'%s','pid':%d,'readAt':%d,'cpuMillis':%d,'memoryBytes':%d}",
            service,
            process,
            pid,
            readAt,
            cpu,
            (long) mebibytes << 20));
  }

  /** Returns an element of the answer of {@code /tree}. */
  static String node(String name, String properties) {
    return json(
        "{'name':'%s','requires':[],'wants':[],'after':[],'conflicts':[]%s}"
            .formatted(name, properties));
  }

  static String array(String... elements) {
    return array(List.of(elements));
  }

  static String array(List<String> elements) {
    return "[" + String.join(",", elements) + "]";
  }
}
