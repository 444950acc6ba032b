use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::config_text::interface_text;
use crate::lab::ios::{config_text, files, running_text, time};

/// `show running-config`.
pub(in crate::lab::ios) fn running_config(call: &mut Call<'_>) -> Flow {
    let text = call.chassis().map(running_text).unwrap_or_default();
    let memory = call
        .world
        .traces
        .command_lines
        .get(&call.owner)
        .cloned()
        .unwrap_or_default();
    let mut header = String::new();
    if let Some((at, by)) = &memory.changed {
        header += &format!(
            "! Last configuration change at {} by {by}\n",
            time::clock(*at)
        );
    }
    if let Some((at, by)) = &memory.saved {
        header += &format!(
            "! NVRAM config last updated at {} by {by}\n",
            time::clock(*at)
        );
    }
    let size = text.len() + header.len();
    call.say(format!(
        "Building configuration...\n\nCurrent configuration : {size} bytes"
    ));
    call.out.push_str("!\n");
    call.out.push_str(&header);
    call.say(text);
    Flow::Done
}

/// `show running-config interface X`.
pub(in crate::lab::ios) fn running_interface(call: &mut Call<'_>) -> Flow {
    let Some(name) = call.interface(0) else {
        return Flow::Done;
    };
    let Some(config) = call.running().interfaces.get(&name).cloned() else {
        call.say("% Invalid input detected at '^' marker.\n");
        return Flow::Done;
    };
    let text = interface_text(name, &config);
    let text = text.trim_end_matches('!');
    call.say(format!(
        "Building configuration...\n\nCurrent configuration : {} bytes\n!",
        text.len()
    ));
    call.out.push_str(text);
    call.say("end\n");
    Flow::Done
}

/// `show startup-config`.
pub(in crate::lab::ios) fn startup_config(call: &mut Call<'_>) -> Flow {
    match files::startup(call) {
        Some(config) => {
            let text = config_text(&config);
            call.say(format!("Using {} out of 2097152 bytes", text.len()));
            call.say(text);
        }
        None => call.say("startup-config is not present"),
    }
    Flow::Done
}

/// `show logging`.
pub(in crate::lab::ios) fn logging(call: &mut Call<'_>) -> Flow {
    let log = call
        .world
        .traces
        .logs
        .get(&call.owner)
        .cloned()
        .unwrap_or_default();
    let console = if call.running().logging_console {
        "level debugging"
    } else {
        "disabled"
    };
    call.say(format!(
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, \
         xml disabled, filtering disabled)\n\n\
         No Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n    \
         Console logging: {console}, {n} messages logged, xml disabled,\n                     \
         filtering disabled\n    \
         Monitor logging: level debugging, 0 messages logged, xml disabled,\n                     \
         filtering disabled\n    \
         Buffer logging:  level debugging, {n} messages logged, xml disabled,\n                    \
         filtering disabled\n    \
         Exception Logging: size (4096 bytes)\n    \
         Count and timestamp logging messages: disabled\n    \
         File logging: disabled\n    Persistent logging: disabled\n\n\
         Log Buffer (4096 bytes):\n",
        n = log.len()
    ));
    for line in log {
        call.say(format!("*{}: {}", time::stamp(line.at), line.text));
    }
    Flow::Done
}

/// `show system mtu`.
pub(in crate::lab::ios) fn system_mtu(call: &mut Call<'_>) -> Flow {
    let mtu = call.chassis().map_or(1500, |chassis| chassis.system_mtu);
    call.say(format!("Global Ethernet MTU is {mtu} bytes.\n"));
    Flow::Done
}
