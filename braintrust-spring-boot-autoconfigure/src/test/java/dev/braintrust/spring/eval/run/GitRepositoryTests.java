package dev.braintrust.spring.eval.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link GitRepository}.
 */
@Tag("process")
class GitRepositoryTests {

	private static final String ALL = "{\"collect\": \"all\"}";

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "null", "{}", "{\"collect\": \"none\"}", "{\"collect\": \"some\", \"fields\": []}",
			"{\"collect\": \"some\"}", "{\"collect\": \"some\", \"fields\": [\"password\"]}", "\"all\"" })
	void nothingIsCollectedThatIsNotAllowed(String wanted) throws Exception {
		repository();
		assertThat(info(wanted)).isNull();
	}

	@Test
	void directoryWithoutARepositoryHasNothing() {
		assertThat(info(ALL)).isNull();
	}

	@Test
	void cleanRepositoryHasNoDiff() throws Exception {
		repository();
		git("tag", "v1");
		ObjectNode info = info(ALL);
		assertThat(info.path("commit").asString()).hasSize(40);
		assertThat(info.path("branch").asString()).isEqualTo("trunk");
		assertThat(info.path("tag").asString()).isEqualTo("v1");
		assertThat(info.path("dirty").asBoolean(true)).isFalse();
		assertThat(info.path("author_name").asString()).isEqualTo("Zoë");
		assertThat(info.path("author_email").asString()).isEqualTo("zoe@example.org");
		assertThat(info.path("commit_message").asString()).isEqualTo("Begin\n\nWith more.");
		assertThat(OffsetDateTime.parse(info.path("commit_time").asString()))
			.isAfter(OffsetDateTime.parse("2020-01-01T00:00:00Z"));
		assertThat(info.has("git_diff")).isFalse();
	}

	@Test
	void fieldsThatAreWantedAreThereAlone() throws Exception {
		repository();
		Files.writeString(this.directory.resolve("a.txt"), "two");
		ObjectNode info = info("{\"collect\": \"some\", \"fields\": [\"dirty\", \"commit\"]}");
		assertThat(info.propertyNames()).containsExactly("commit", "dirty");
		assertThat(info.path("dirty").asBoolean()).isTrue();
	}

	@Test
	void commitWithoutATagAndABranchHasNeither() throws Exception {
		repository();
		git("checkout", "--detach", "-q");
		assertThat(info(ALL).propertyNames()).contains("commit").doesNotContain("tag", "branch");
	}

	@Test
	void repositoryWithoutACommitIsNoFailure() throws Exception {
		git("init", "-q", "-b", "trunk");
		assertThat(info(ALL).propertyNames()).doesNotContain("commit", "git_diff");
	}

	@Test
	void longDiffIsCutAtTheEndOfACharacter() throws Exception {
		repository();
		for (int shift = 0; shift < 3; shift++) {
			Files.writeString(this.directory.resolve("a.txt"), "x".repeat(shift) + "€".repeat(50_000));
			String diff = info(ALL).path("git_diff").asString();
			assertThat(diff).startsWith("diff --git").endsWith("€");
			assertThat(diff.getBytes(StandardCharsets.UTF_8).length).isBetween(65_530, 65_536);
		}
	}

	private ObjectNode info(String wanted) {
		return GitRepository.info(ReceivedSpan.parse(wanted), this.directory);
	}

	private void repository() throws Exception {
		git("init", "-q", "-b", "trunk");
		Files.writeString(this.directory.resolve("a.txt"), "one");
		git("add", ".");
		git("-c", "user.name=Zoë", "-c", "user.email=zoe@example.org", "commit", "-q", "-m", "Begin\n\nWith more.");
	}

	private void git(String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of("git"));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).directory(this.directory.toFile()).inheritIO().start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
	}

}
