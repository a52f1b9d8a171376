# What the jobs in Ruby share: where Slotgate is, and how a step's result is told to the runner.
require "timeout"

PORT = Integer(ENV.fetch("SLOTGATE_PORT"))
CA = ENV.fetch("SLOTGATE_CA")
PATIENCE = Float(ENV.fetch("SLOTGATE_PATIENCE", "20"))
TLS = { ssl: true, ssl_params: { ca_file: CA } }.freeze

# Runs the steps of one mode in turn; one that fails does not keep the next from running.
def run(library, version, mode, steps)
  steps.each do |what, step|
    begin
      Timeout.timeout(2 * PATIENCE) { step.call }
      columns = ["ok"]
    rescue StandardError, Timeout::Error => e
      columns = ["FAILED", "#{e.class}: #{e.message}".gsub(/\s+/, " ")]
    end
    puts ["RESULT", library, version, mode, what, *columns].join("\t")
    $stdout.flush
    return if what == "connect" && columns.size > 1
  end
end

def same(got, expected)
  raise "#{got.inspect}, expected #{expected.inspect}" unless got == expected
end

def wait_until
  finish = Time.now + PATIENCE
  until yield
    raise "not so within #{PATIENCE} s" if Time.now > finish

    sleep 0.01
  end
end
