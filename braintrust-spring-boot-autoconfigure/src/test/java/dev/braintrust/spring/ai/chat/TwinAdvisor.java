package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.AdvisorChain;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisor;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.ToolAdvisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/**
 * An application's advisor, which writes the request and the chain to the transcript and
 * makes one change.
 */
abstract class TwinAdvisor implements Advisor {

	private final String name;

	private final int order;

	private final Move move;

	private final Application app;

	private TwinAdvisor(String name, int order, Move move, Application app) {
		this.name = name;
		this.order = order;
		this.move = move;
		this.app = app;
		app.transcript().name(name, this);
	}

	/**
	 * Whether an advisor handles calls, streams or both.
	 */
	enum Side {

		CALL {

			@Override
			TwinAdvisor advisor(String name, int order, Move move, Application app) {
				return new OfCalls(name, order, move, app);
			}

		},

		STREAM {

			@Override
			TwinAdvisor advisor(String name, int order, Move move, Application app) {
				return new OfStreams(name, order, move, app);
			}

		},

		BOTH {

			@Override
			TwinAdvisor advisor(String name, int order, Move move, Application app) {
				return new OfBoth(name, order, move, app);
			}

		},

		BASE {

			@Override
			TwinAdvisor advisor(String name, int order, Move move, Application app) {
				return new OfBase(name, order, move, app);
			}

		};

		abstract TwinAdvisor advisor(String name, int order, Move move, Application app);

	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	@Override
	public String toString() {
		return this.name;
	}

	ChatClientRequest before(ChatClientRequest request, AdvisorChain chain, List<? extends Advisor> advisors) {
		this.app.transcript().note(this.name + " sees", request, advisors, chain instanceof BaseAdvisorChain);
		this.app.transcript()
			.note(this.name + " finds", advisors.contains(this), advisors.indexOf(this),
					advisors.stream().filter((advisor) -> advisor instanceof ToolAdvisor).toList(),
					advisors.stream().filter(this.app.advisors()::contains).toList());
		return this.move.request(request, this.app);
	}

	ChatClientResponse after(ChatClientResponse response) {
		this.app.transcript().note(this.name + " receives", response);
		return this.move.response(response, this.name);
	}

	ChatClientResponse call(CallAdvisor self, ChatClientRequest request, CallAdvisorChain chain) {
		ChatClientRequest changed = before(request, chain, chain.getCallAdvisors());
		try {
			return after(this.move.call(self, changed, chain, this.app));
		}
		catch (RuntimeException ex) {
			this.app.transcript().note(this.name + " catches", ex);
			throw ex;
		}
	}

	Flux<ChatClientResponse> stream(StreamAdvisor self, ChatClientRequest request, StreamAdvisorChain chain) {
		ChatClientRequest changed = before(request, chain, chain.getStreamAdvisors());
		Flux<ChatClientResponse> next = this.move.stream(self, changed, chain, this.app);
		this.app.transcript().note(this.name + " has put its stream together");
		return next.map(this::after)
			.doOnError((error) -> this.app.transcript().note(this.name + " catches", error))
			.doOnComplete(() -> this.app.transcript().note(this.name + " has all"));
	}

	/**
	 * The change that an advisor makes.
	 */
	enum Move {

		LOOKS, COPIES_THE_CHAIN, COPIES_FROM_ANOTHER, COPIES_TWICE, CALLS_TWICE, RETRIES, MUTATES_THE_CHAIN, ANSWERS,
		CALLS_THE_LAST, REWRITES_MESSAGES, ADDS_A_TOOL, REMOVES_A_TOOL, REPLACES_OPTIONS, ADDS_CONTEXT, THROWS_BEFORE,
		THROWS_AFTER, CHANGES_THE_ANSWER, RESUMES, TAKES_ONE;

		ChatClientRequest request(ChatClientRequest request, Application app) {
			return switch (this) {
				case REWRITES_MESSAGES -> request.mutate()
					.prompt(request.prompt()
						.augmentUserMessage((message) -> message.mutate().text("rewritten").build()))
					.build();
				case ADDS_A_TOOL -> app.offers(request, (tools) -> tools.add(app.tool("injected")));
				case REMOVES_A_TOOL -> app.offers(request,
						(tools) -> app.transcript().note("a tool is removed", tools.removeAll(app.tools()), tools));
				case REPLACES_OPTIONS -> app.replacesOptions(request);
				case ADDS_CONTEXT -> request.mutate().context(Map.of("added", "by an advisor")).build();
				case THROWS_BEFORE -> throw app.failure("advisor before");
				default -> request;
			};
		}

		ChatClientResponse response(ChatClientResponse response, String name) {
			return switch (this) {
				case THROWS_AFTER -> throw new IllegalStateException("advisor after");
				case CHANGES_THE_ANSWER -> response.mutate().context(Map.of("changed by", name)).build();
				default -> response;
			};
		}

		ChatClientResponse call(CallAdvisor self, ChatClientRequest request, CallAdvisorChain chain, Application app) {
			return switch (this) {
				case COPIES_THE_CHAIN -> copy(self, chain, app).nextCall(request);
				case COPIES_FROM_ANOTHER -> copy(another(chain.getCallAdvisors()), chain, app).nextCall(request);
				case COPIES_TWICE -> {
					copy(self, chain, app).nextCall(request);
					yield copy(self, chain, app).nextCall(request);
				}
				case CALLS_TWICE -> {
					chain.nextCall(request);
					yield chain.nextCall(request);
				}
				case RETRIES, RESUMES -> {
					try {
						yield copy(self, chain, app).nextCall(request);
					}
					catch (RuntimeException ex) {
						app.transcript().note("again after", ex);
						yield copy(self, chain, app).nextCall(request);
					}
				}
				case MUTATES_THE_CHAIN -> mutated(chain, app).nextCall(request);
				case ANSWERS -> answer(request);
				case CALLS_THE_LAST -> {
					CallAdvisor last = chain.getCallAdvisors().get(chain.getCallAdvisors().size() - 1);
					app.transcript().note("the last is", last);
					yield last.adviseCall(request, chain);
				}
				default -> chain.nextCall(request);
			};
		}

		Flux<ChatClientResponse> stream(StreamAdvisor self, ChatClientRequest request, StreamAdvisorChain chain,
				Application app) {
			return switch (this) {
				case COPIES_THE_CHAIN -> copy(self, chain, app).nextStream(request);
				case COPIES_FROM_ANOTHER -> copy(another(chain.getStreamAdvisors()), chain, app).nextStream(request);
				case COPIES_TWICE -> copy(self, chain, app).nextStream(request)
					.collectList()
					.flatMapMany((all) -> copy(self, chain, app).nextStream(request));
				case CALLS_TWICE ->
					chain.nextStream(request).collectList().flatMapMany((all) -> chain.nextStream(request));
				case RETRIES -> Ending.retried(Flux.defer(() -> copy(self, chain, app).nextStream(request)));
				case MUTATES_THE_CHAIN -> mutated(chain, app).nextStream(request);
				case ANSWERS -> Flux.just(answer(request));
				case CALLS_THE_LAST -> {
					StreamAdvisor last = chain.getStreamAdvisors().get(chain.getStreamAdvisors().size() - 1);
					app.transcript().note("the last is", last);
					yield last.adviseStream(request, chain);
				}
				case RESUMES -> chain.nextStream(request).onErrorResume((error) -> Flux.just(answer(request)));
				case TAKES_ONE -> chain.nextStream(request).take(1);
				default -> chain.nextStream(request);
			};
		}

		private static <T extends Advisor> T another(List<T> advisors) {
			return advisors.stream()
				.filter((advisor) -> advisor instanceof ToolAdvisor)
				.findFirst()
				.orElse(advisors.get(advisors.size() / 2));
		}

		private static CallAdvisorChain copy(CallAdvisor after, CallAdvisorChain chain, Application app) {
			CallAdvisorChain copy = chain.copy(after);
			app.transcript().note("chain after", after, Content.kind(copy), copy.getCallAdvisors());
			return copy;
		}

		private static StreamAdvisorChain copy(StreamAdvisor after, StreamAdvisorChain chain, Application app) {
			StreamAdvisorChain copy = chain.copy(after);
			app.transcript().note("chain after", after, Content.kind(copy), copy.getStreamAdvisors());
			return copy;
		}

		private static BaseAdvisorChain mutated(AdvisorChain chain, Application app) {
			List<Advisor> all = new ArrayList<>();
			BaseAdvisorChain base = (BaseAdvisorChain) chain;
			BaseAdvisorChain.Builder<?> builder = base.mutate();
			builder.push(Side.BOTH.advisor("pushed", 17, LOOKS, app));
			BaseAdvisorChain mutated = builder.build();
			all.addAll(mutated.getCallAdvisors());
			app.transcript().note("chain mutated", Content.kind(mutated), all, mutated.getStreamAdvisors());
			// The advisors that follow the change of the chain.
			return app.isDeep() ? base : mutated;
		}

		private static ChatClientResponse answer(ChatClientRequest request) {
			return ChatClientResponse.builder()
				.chatResponse(
						new ChatResponse(List.of(new Generation(AssistantMessage.builder().content("short").build()))))
				.context(Map.copyOf(request.context()))
				.build();
		}

	}

	private static final class OfCalls extends TwinAdvisor implements CallAdvisor {

		OfCalls(String name, int order, Move move, Application app) {
			super(name, order, move, app);
		}

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return call(this, request, chain);
		}

	}

	private static final class OfStreams extends TwinAdvisor implements StreamAdvisor {

		OfStreams(String name, int order, Move move, Application app) {
			super(name, order, move, app);
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			return stream(this, request, chain);
		}

	}

	private static final class OfBoth extends TwinAdvisor implements CallAdvisor, StreamAdvisor {

		OfBoth(String name, int order, Move move, Application app) {
			super(name, order, move, app);
		}

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			return call(this, request, chain);
		}

		@Override
		public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
			return stream(this, request, chain);
		}

	}

	private static final class OfBase extends TwinAdvisor implements BaseAdvisor {

		OfBase(String name, int order, Move move, Application app) {
			super(name, order, move, app);
		}

		@Override
		public String getName() {
			return super.getName();
		}

		@Override
		public ChatClientRequest before(ChatClientRequest request, AdvisorChain chain) {
			return before(request, chain,
					(chain instanceof CallAdvisorChain calls) ? calls.getCallAdvisors() : List.of());
		}

		@Override
		public ChatClientResponse after(ChatClientResponse response, AdvisorChain chain) {
			return after(response);
		}

	}

}
