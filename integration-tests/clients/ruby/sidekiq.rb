# Sidekiq over TLS: jobs at once, in bulk, later and again after a failure, by a real worker process.
require_relative "sidekiq_app"
require "sidekiq/api"

run = "#{Process.pid}"
# BRPOP of several queues at once needs them in one slot, or a single queue; one queue is what most have.
worker = spawn("sidekiq", "-r", File.expand_path("sidekiq_app.rb", __dir__), "-c", "5", "-q", "default", out: :err)
total = -> { Sidekiq.redis { |redis| redis.get("sidekiq-test:#{run}") }.to_i }
begin
  version = "#{Sidekiq::VERSION} (redis #{Redis::VERSION})"
  run("Sidekiq", version, "single", {
    "jobs" => lambda {
      100.times { |i| Adds.perform_async(run, i) }
      wait_until { total.call == 4950 }
    },
    "bulk" => lambda {
      Sidekiq::Client.push_bulk("class" => Adds, "args" => (0...100).map { |i| [run, i] })
      wait_until { total.call == 9900 }
    },
    "scheduled" => lambda {
      Adds.perform_in(1, run, 100)
      wait_until { total.call == 10_000 }
    },
    "retries" => lambda {
      FailsOnce.perform_async(run)
      wait_until { Sidekiq.redis { |redis| redis.get("sidekiq-test:fails:#{run}") }.to_i == 2 }
    },
    "statistics" => lambda {
      raise "none processed" unless Sidekiq::Stats.new.processed.positive?

      same(Sidekiq::ProcessSet.new.size, 1)
    },
  })
ensure
  Process.kill("TERM", worker)
  Process.wait(worker)
end
