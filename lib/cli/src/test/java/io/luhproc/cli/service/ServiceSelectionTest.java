package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.NoSuchServiceException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceSelectionTest {
  private static final Set<String> SERVICES =
      new LinkedHashSet<>(List.of("web", "web-2", "a.b", "db"));
  private static final Map<String, List<String>> GROUPS =
      Map.of("front", List.of("web", "web-2"), "db", List.of("web"));

  private static List<String> expand(String word) {
    return ServiceSelection.expand(word, SERVICES, GROUPS);
  }

  @Test
  void serviceIsPreferredToGroupAndGroupToGlob() {
    assertThat(expand("db")).containsExactly("db");
    assertThat(expand("front")).containsExactly("web", "web-2");
  }

  @Test
  void globMatchesWholeNames() {
    assertThat(expand("web*")).containsExactly("web", "web-2");
    assertThat(expand("?b")).containsExactly("db");
    assertThat(expand("a.?")).containsExactly("a.b");
    assertThat(expand("[wd]*")).containsExactly("web", "web-2", "db");
    assertThat(expand("[!w]*")).containsExactly("a.b", "db");
    assertThat(expand("*")).containsExactlyElementsOf(SERVICES);
  }

  @Test
  void wordThatNamesNothingIsRefused() {
    for (String word : List.of("we", "", "x*", "[", "[]", "[^", "a?b?", "(.*)", "\\*", "[z-a]")) {
      assertThatThrownBy(() -> expand(word))
          .as(word)
          .isInstanceOf(NoSuchServiceException.class)
          .hasMessage("there is no service " + word + "; known: web, web-2, a.b, db");
    }
  }
}
