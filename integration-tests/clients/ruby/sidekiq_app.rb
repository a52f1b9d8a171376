# The application of sidekiq.rb, loaded by its worker process too.
require "sidekiq"
require_relative "job"

OPTIONS = { url: "rediss://localhost:#{PORT}/0", ssl_params: { ca_file: CA } }.freeze
Sidekiq.configure_server do |config|
  config.redis = OPTIONS
  config.logger.level = Logger::WARN
  config.average_scheduled_poll_interval = 1
end
Sidekiq.configure_client { |config| config.redis = OPTIONS }

# Adds up what it is given.
class Adds
  include Sidekiq::Worker
  def perform(run, number)
    Sidekiq.redis { |redis| redis.incrby("sidekiq-test:#{run}", number) }
  end
end

# Fails once.
class FailsOnce
  include Sidekiq::Worker
  sidekiq_options retry: 3
  sidekiq_retry_in { 1 }
  def perform(run)
    count = Sidekiq.redis { |redis| redis.incr("sidekiq-test:fails:#{run}") }
    raise "not yet" if count < 2
  end
end
