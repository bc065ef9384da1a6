package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient.CallResponseSpec;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClient.EntityParamSpec;
import org.springframework.ai.chat.client.ChatClient.StreamResponseSpec;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.converter.ListOutputConverter;
import org.springframework.ai.converter.StructuredOutputConverter;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.core.ParameterizedTypeReference;

/**
 * The ways in which an application sends a request and reads the answer.
 */
enum Ending {

	CONTENT {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("content", call(request, app).content());
		}

	},

	CHAT_RESPONSE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("response", call(request, app).chatResponse());
		}

	},

	CHAT_CLIENT_RESPONSE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("response", call(request, app).chatClientResponse());
		}

	},

	ENTITY {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("entity", call(request, app).entity(Place.class));
		}

	},

	ENTITY_OF_A_GENERIC_TYPE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("entity", call(request, app).entity(new ParameterizedTypeReference<List<Place>>() {
			}));
		}

	},

	ENTITY_BY_A_CONVERTER {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("entity", call(request, app).entity(new Words(app.transcript())));
		}

	},

	ENTITY_BY_SPRING_AIS_CONVERTER {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("entity", call(request, app).entity(new ListOutputConverter()));
		}

	},

	ENTITY_AND_RESPONSE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("entity", call(request, app).responseEntity(Place.class));
		}

	},

	ENTITY_VALIDATED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("entity", call(request, app).entity(Place.class, EntityParamSpec::validateSchema));
		}

	},

	ENTITY_AND_RESPONSE_VALIDATED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript()
				.note("entity", call(request, app).responseEntity(Place.class, EntityParamSpec::validateSchema));
		}

	},

	ENTITY_BY_THE_PROVIDER {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript()
				.note("entity", call(request, app).entity(Place.class, EntityParamSpec::useProviderStructuredOutput));
		}

	},

	ENTITY_BY_THE_PROVIDER_VALIDATED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript()
				.note("entity", call(request, app).entity(Place.class,
						(spec) -> spec.useProviderStructuredOutput().validateSchema()));
		}

	},

	ANSWER_TAKEN_TWICE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			CallResponseSpec response = call(request, app);
			app.transcript().note("content", response.content());
			app.transcript().note("content", response.chatResponse());
		}

	},

	ENTITY_AFTER_CONTENT {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			CallResponseSpec response = call(request, app);
			app.transcript().note("content", response.content());
			app.transcript().note("entity", response.entity(Place.class, EntityParamSpec::validateSchema));
		}

	},

	REQUEST_SENT_TWICE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("content", call(request, app).content());
			app.transcript().note("content", call(request.user("again"), app).content());
		}

	},

	REQUEST_SENT_AND_STREAMED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("content", call(request, app).content());
			take(stream(request, app).content(), app);
		}

	},

	CALL_WITHOUT_AN_ANSWER {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			call(request, app);
		}

	},

	CALL_ON_ANOTHER_THREAD {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			CallResponseSpec response = call(request, app);
			app.transcript()
				.note("content", Mono.fromCallable(response::content).subscribeOn(Schedulers.boundedElastic()).block());
		}

	},

	TOOLS_RUN_BY_THE_APPLICATION {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			ChatClientRequestSpec next = request.user("what now?");
			Prompt prompt = new Prompt(List.of(new UserMessage("what now?")),
					ToolCallingChatOptions.builder().toolCallbacks(app.tools()).build());
			for (int round = 0; round < 4; round++) {
				ChatResponse response = call(next, app).chatResponse();
				app.transcript().note("response", response);
				if (response == null || !response.hasToolCalls() || round == 3) {
					return;
				}
				ToolExecutionResult result = app.ownManager().executeToolCalls(prompt, response);
				prompt = new Prompt(result.conversationHistory(), prompt.getOptions());
				next = app.client().prompt(prompt);
			}
		}

	},

	STREAM_OF_CONTENT {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).content(), app);
		}

	},

	STREAM_OF_RESPONSES {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).chatResponse(), app);
		}

	},

	STREAM_OF_CLIENT_RESPONSES {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).chatClientResponse(), app);
		}

	},

	STREAM_CANCELLED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).content().take(1), app);
		}

	},

	STREAM_RETRIED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(retried(stream(request, app).content()), app);
		}

	},

	STREAM_RESUMED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).content().onErrorResume((error) -> {
				app.transcript().note("application resumes after", error);
				return Flux.just("sorry");
			}), app);
		}

	},

	STREAM_TAKEN_TWICE {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			Flux<String> content = stream(request, app).content();
			take(content, app);
			take(content, app);
		}

	},

	STREAM_NOT_TAKEN {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			app.transcript().note("stream is", stream(request, app).content() != null);
		}

	},

	STREAM_ON_ANOTHER_THREAD {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).content().subscribeOn(Schedulers.parallel()), app);
		}

	},

	STREAM_WITH_A_CONTEXT {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			take(stream(request, app).content().contextWrite((context) -> context.put("app", "present")), app);
		}

	},

	STREAM_SUBSCRIBED {

		@Override
		void end(ChatClientRequestSpec request, Application app) {
			CountDownLatch end = new CountDownLatch(1);
			stream(request, app).content()
				.doFinally((signal) -> end.countDown())
				.subscribe((chunk) -> app.transcript().note("application is given", chunk),
						(error) -> app.transcript().note("application is given", error));
			try {
				end.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	};

	/**
	 * Retry a failed stream on the thread on which it fails. Reactor's own retry uses any
	 * free thread, which would make runs differ.
	 */
	static <T> Flux<T> retried(Flux<T> stream) {
		return stream.onErrorResume((error) -> stream);
	}

	abstract void end(ChatClientRequestSpec request, Application app);

	private static CallResponseSpec call(ChatClientRequestSpec request, Application app) {
		CallResponseSpec response = request.call();
		app.transcript().note("call is", Content.kind(response));
		return response;
	}

	private static StreamResponseSpec stream(ChatClientRequestSpec request, Application app) {
		StreamResponseSpec response = request.stream();
		app.transcript().note("stream is", Content.kind(response));
		return response;
	}

	private static void take(Flux<?> stream, Application app) {
		try {
			stream.doOnNext((chunk) -> app.transcript().note("application is given", chunk)).blockLast();
			app.transcript().note("application has all");
		}
		catch (RuntimeException ex) {
			app.transcript().note("application catches", ex);
		}
	}

	record Place(String city) {
	}

	/**
	 * A converter of the application.
	 */
	private record Words(Transcript transcript) implements StructuredOutputConverter<List<String>> {

		@Override
		public String getFormat() {
			this.transcript.noteHere("converter is asked for its format");
			return "in words";
		}

		@Override
		public String getJsonSchema() {
			this.transcript.noteHere("converter is asked for its schema");
			return "{\"type\":\"array\"}";
		}

		@Override
		public List<String> convert(String source) {
			this.transcript.noteHere("converter converts", source);
			if (source.contains("short")) {
				throw new IllegalArgumentException("too short");
			}
			return List.of(source.split(" "));
		}

	}

}
