package dev.braintrust.spring.ai.chat;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.braintrust.spring.ai.chat.TwinAdvisor.Move;
import dev.braintrust.spring.ai.chat.TwinAdvisor.Side;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.core.Ordered;

/**
 * Tests that tracing does not change an application. Each test runs an application
 * untraced and traced, and compares the model's requests, all callbacks, results,
 * exceptions, and the application's own observations.
 */
class TwinTests {

	@ParameterizedTest
	@EnumSource
	void templateIsRenderedOnce(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			AtomicInteger count = new AtomicInteger();
			Iterator<String> cities = List.of("Paris", "Rome").iterator();
			Object city = new Object() {
				@Override
				public String toString() {
					return cities.next();
				}
			};
			app.defaults(
					(builder) -> builder.defaultSystem((system) -> system.text("Be {mood}").param("mood", "kind")));
			app.request((request) -> request.user((user) -> user.text("to {city}?").param("city", city)));
			app.ending(Ending.CONTENT);
			app.request((request) -> request.templateRenderer((template, variables) -> {
				app.transcript().note("renderer is given", template);
				return template + count.incrementAndGet() + variables.values();
			}));
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void managerFindsTheToolsOfTheApplication(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.loop(ToolCallingAdvisor.builder().toolCallingManager(app.ownManager()));
			app.defaults((builder) -> builder
				.defaultTools(app.tool(new TwinTool.ApprovedTool("refund", app.transcript(), (input) -> "refunded"))));
			app.model().asksFor("refund").asksFor("refund");
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void advisorFindsItsToolsAndTheOtherAdvisors(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.defaults((builder) -> builder.defaultTools(app.tool("clock"))
				.defaultAdvisors(ToolCallingAdvisor.builder().build(),
						app.advisor(Side.BOTH, Ordered.HIGHEST_PRECEDENCE, Move.COPIES_FROM_ANOTHER)));
			app.request((request) -> request.advisors(app.advisor(Side.BOTH, 0, Move.REMOVES_A_TOOL)));
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void optionsOfAnOwnClassStayWhatTheyAre(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.defaults((builder) -> builder.defaultTools(app.tool("clock")));
			app.request((request) -> request
				.advisors(app.advisor(Side.BOTH, Ordered.HIGHEST_PRECEDENCE, Move.REPLACES_OPTIONS)));
			app.model().asksFor("clock");
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void aspectAroundAClientCountsTheCallsOfTheApplication(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.untraced((client) -> TwinClient.proxy(client, app.transcript()));
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void chainStaysInItsOrderWhereTheOptionsKnowNoTools(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.model().options(ChatOptions.builder().model("stub").build());
			app.defaults((builder) -> builder.defaultAdvisors(app.advisor(Side.BOTH, 0, Move.LOOKS),
					app.advisor(Side.BOTH, 0, Move.COPIES_THE_CHAIN), app.advisor(Side.BOTH, 0, Move.LOOKS),
					app.advisor(Side.BOTH, Ordered.LOWEST_PRECEDENCE, Move.LOOKS),
					app.advisor(Side.BOTH, Ordered.HIGHEST_PRECEDENCE, Move.LOOKS)));
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void entityIsValidatedBehindAnAdvisorOfTheLowestPrecedence(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.defaults((builder) -> builder
				.defaultAdvisors(app.advisor(Side.CALL, Ordered.LOWEST_PRECEDENCE, Move.COPIES_THE_CHAIN)));
			app.model().says("{\"city\":\"Paris\"}");
			app.ending(Ending.ENTITY_VALIDATED);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void libraryReadsTheDefaultsOfAClientAndBuildsAnother(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.defaults((builder) -> builder.defaultSystem("Be kind.")
				.defaultTools(app.tool("clock"))
				.defaultToolContext(Map.of("user", "Ada")));
			app.client((client) -> new DefaultChatClient((DefaultChatClientRequestSpec) client.prompt()));
			app.request((request) -> app.transcript()
				.note("defaults are", ((DefaultChatClientRequestSpec) request).getToolCallbacks(),
						((DefaultChatClientRequestSpec) request).getToolContext()));
			app.model().asksFor("clock");
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void observationsAreTheSameWithoutAToolLoop(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.defaults((builder) -> builder.defaultAdvisors(
					(spec) -> spec.param(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey(), false)));
			app.ending(Ending.CONTENT);
			app.ending(Ending.STREAM_OF_CONTENT);
			app.ending(Ending.TOOLS_RUN_BY_THE_APPLICATION);
			app.run();
		});
	}

	@ParameterizedTest
	@EnumSource
	void modelIsAskedForAStreamWhereTheStreamIsPutTogether(Tracing tracing) {
		Twins.compare(tracing, (app) -> {
			app.model().refuses(app.failure("model"));
			app.defaults((builder) -> builder
				.defaultAdvisors(app.advisor(Side.STREAM, ToolCallingAdvisor.DEFAULT_ORDER + 1, Move.CALLS_THE_LAST)));
			app.ending(Ending.STREAM_OF_CONTENT);
			app.run();
		});
	}

}
