package io.luhproc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkerKeyTest {
  private static WorkerKey key(String app, String task, String id) {
    return new WorkerKey(Optional.of(app).filter(it -> !it.isEmpty()), task, id);
  }

  @Test
  void shortNamesAreDnsLabelsAndDiffer() {
    List<WorkerKey> keys =
        List.of(
            key("", "INDEXER", "main"),
            key("shop", "INDEXER", "main"),
            key("", "INDEXER", "Main"),
            key("", "indexer", "main"),
            key("", "__", "main"),
            key("", "__A__", "main"),
            key("", "X".repeat(200), "a".repeat(253)),
            key("", "X".repeat(200), "a".repeat(252) + "b"),
            key("", "INDEXER", "🚀"),
            key("", "INDEXER", "🚁"));
    Set<String> names = new HashSet<>();
    for (WorkerKey key : keys) {
      for (int length : List.of(15, 52, 63)) {
        String name = key.shortName(length);
        assertThat(name).hasSizeLessThanOrEqualTo(length).matches("[a-z]([-a-z0-9]*[a-z0-9])?");
        names.add(length + name);
      }
    }
    assertThat(names).hasSize(3 * keys.size());
  }

  @Test
  void shortNameBeginsWithTask() {
    assertThat(key("", "MAIL_SENDER", "main").shortName(52)).startsWith("mail-sender-");
    assertThat(key("", "MAIL_SENDER", "main").shortName(17)).startsWith("mail-").hasSize(17);
  }

  @Test
  void shortNameWithoutRoomForTheHashIsRefused() {
    assertThatThrownBy(() -> key("", "A", "b").shortName(14))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxLength (14)");
  }
}
