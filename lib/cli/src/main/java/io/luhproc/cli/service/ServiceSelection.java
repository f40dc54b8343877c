package io.luhproc.cli.service;

import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.service.NoSuchServiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds the services that words of a command line name: services, groups and globs. */
final class ServiceSelection {
  private ServiceSelection() {}

  /**
   * Returns the status of the services, each once, in the order of the words.
   *
   * @param words a name of a service, else of a group, else a glob with {@code *}, {@code ?} or
   *     {@code [abc]}; all services if there are none
   * @throws NoSuchServiceException if a word names none
   */
  static List<ServiceView> select(List<String> words, DaemonClient client) {
    Map<String, ServiceView> services = new LinkedHashMap<>();
    for (ServiceView service : client.services()) {
      services.put(service.name(), service);
    }
    if (words.isEmpty()) {
      return new ArrayList<>(services.values());
    }
    List<ServiceView> selected = new ArrayList<>();
    for (String name : names(words, services.keySet(), client)) {
      ServiceView service = services.get(name);
      if (service != null) {
        selected.add(service);
      }
    }
    return selected;
  }

  private static Set<String> names(List<String> words, Set<String> services, DaemonClient client) {
    // Groups cost a request, and most words name services.
    Map<String, List<String>> groups = services.containsAll(words) ? Map.of() : client.groups();
    Set<String> names = new LinkedHashSet<>();
    for (String word : words) {
      names.addAll(expand(word, services, groups));
    }
    return names;
  }

  /** Returns the names of the services that a word names, at least one. */
  static List<String> expand(String word, Set<String> services, Map<String, List<String>> groups) {
    if (services.contains(word)) {
      return List.of(word);
    }
    List<String> group = groups.get(word);
    if (group != null) {
      return group;
    }
    List<String> matches = new ArrayList<>();
    if (isGlob(word)) {
      addMatches(word, services, matches);
    }
    if (matches.isEmpty()) {
      throw NoSuchServiceException.ofService(word, services);
    }
    return matches;
  }

  private static void addMatches(String glob, Set<String> services, List<String> matches) {
    try {
      Pattern pattern = pattern(glob);
      for (String service : services) {
        if (pattern.matcher(service).matches()) {
          matches.add(service);
        }
      }
    } catch (PatternSyntaxException expected) {
      // A range such as [z-a] matches nothing.
    }
  }

  private static boolean isGlob(String word) {
    return word.indexOf('*') >= 0 || word.indexOf('?') >= 0 || word.indexOf('[') >= 0;
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int end = c == '[' ? glob.indexOf(']', i) : -1;
      if (end > i + 1) {
        String set = glob.substring(i + 1, end).replaceAll("[\\\\\\[&^]", "\\\\$0");
        regex.append('[').append(set.startsWith("!") ? "^" + set.substring(1) : set).append(']');
        i = end;
      } else {
        regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString());
  }
}
